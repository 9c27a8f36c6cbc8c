import fc from 'fast-check';
import { htmlLimitOf } from '../rendering';
import { codeRendering } from './code-rendering';
import { plainRendering } from './plain-rendering';

/** What a browser shows of HTML that has no elements but spans and links without text. */
const shown = (html: string) =>
  html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

it('numbers the lines and links each to itself', () => {
  expect(codeRendering('const a = 1 < 2;\n\n', 'a.ts')).toMatchObject({ form: 'lines', lineCount: 2, isCut: false });
  const { html } = codeRendering('a < b\n\n', 'notes.txt');
  expect(html).toBe(
    '<span id=L1><a href=#L1 aria-hidden=true tabindex=-1></a>a &lt; b</span>' +
      '<span id=L2><a href=#L2 aria-hidden=true tabindex=-1></a>\n</span>',
  );
});

it('spells out what would hide itself', () => {
  expect(plainRendering('a\u202eb', null).html).toContain('a<span class=hidden-character>U+202E</span>b');
});

it('lets no text be markup, and loses none of it', () => {
  const text = fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", ' ', 'a', '=', '\n', ';', '#') });
  fc.assert(
    fc.property(text, (source) => {
      const { html } = codeRendering(source, 'a.html');
      expect(
        html.replace(/<(span|a|i)( (id|class|href|aria-hidden|tabindex)=[#\w-]+)*>|<\/(span|a|i)>/g, ''),
      ).not.toMatch(/[<>]/);
      expect(shown(html).replaceAll('\n', '')).toBe(source.replaceAll('\n', ''));
    }),
  );
});

it.each([
  ['a line feed a character', '\n'],
  ['a control character a character', '\u0001'],
  ['markup', '<'],
  ['characters of two halves behind line feeds', '\ud83d\ude00\n\n\n'],
])('keeps the page of a mebibyte within its limit: %s', (_case, unit) => {
  const text = unit.repeat((1 << 20) / unit.length);
  const rendering = plainRendering(text, null);
  expect(rendering.html.length).toBeLessThanOrEqual(htmlLimitOf(text));
  expect(rendering.form).toBe('plain');
  expect(rendering.reduction).toBe('too_large');
  expect(Buffer.from(rendering.html).toString()).toBe(rendering.html);
});
