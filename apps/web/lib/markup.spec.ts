import * as fc from 'fast-check';
import { markup } from './markup';

it('escapes what is put in, and keeps what is markup', () => {
  const name = '<b a="1">&\'';
  expect(markup`<p title="${name}">${markup`<i>${name}</i>`}${[markup`<hr>`, null, false, 7]}</p>`.html).toBe(
    '<p title="&lt;b a=&quot;1&quot;&gt;&amp;&#39;"><i>&lt;b a=&quot;1&quot;&gt;&amp;&#39;</i><hr>7</p>',
  );
});

it('lets no text be an element or end an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', ' ', '=', ';') }), (text) => {
      expect(markup`${text}`.html).not.toMatch(/[<>"']/);
      const shown = markup`${text}`.html
        .replace(
          /&lt;|&gt;|&quot;|&#39;/g,
          (entity) => ({ '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" })[entity] ?? '',
        )
        .replaceAll('&amp;', '&');
      expect(shown).toBe(text);
    }),
  );
});
