import type { DiffHunk, DiffLine } from '@granary/api-contract';
import fc from 'fast-check';
import { splitHidden } from '@/lib/text/visible-text';
import { diffRows } from './diff-rows';

const line = (text: string, kind: DiffLine['kind'] = 'add'): DiffLine => ({ kind, text, old_line: null, new_line: 7 });
const hunkOf = (lines: DiffLine[]): DiffHunk => ({ header: '@@ -0,0 +1 @@', lines });

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
/** What a browser shows of HTML. */
const shown = (html: string) =>
  html.replace(/<[^>]*>/g, '').replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
const visible = (text: string) =>
  splitHidden(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : piece.label))
    .join('');

it('takes for code at most its text and 60 bytes a line', () => {
  const code = Array.from({ length: 1000 }, (_, n) => `  "name-${n}": { "of": "${'x'.repeat(n % 60)}" },`);
  const rows = diffRows([hunkOf(code.map((text) => line(text)))]);
  expect(rows.length).toBeLessThan(code.join('\n').length + 60 * code.length);
});

it('says of each row what it is, and of which lines', () => {
  const change = hunkOf([
    { kind: 'context', text: 'a', old_line: 1, new_line: 1 },
    { kind: 'delete', text: 'let one = 1;', old_line: 2, new_line: null },
    { kind: 'add', text: 'let one = 12;', old_line: null, new_line: 2 },
    { kind: 'no_newline', text: 'No newline at end of file', old_line: null, new_line: null },
  ]);
  expect(diffRows([change])).toBe(
    '<tr class=hunk><td colspan=3>@@ -0,0 +1 @@</tr>' +
      '<tr><td data-line=1><td data-line=1><td>a</tr>' +
      '<tr class=delete><td data-line=2><td><td>let one = 1;</tr>' +
      '<tr class=add><td><td data-line=2><td>let one = 1<mark>2</mark>;</tr>' +
      '<tr class=end><td><td><td>No newline at end of file</tr>',
  );
});

it('shows every text as it is written: nothing of it becomes markup, and nothing in it hides', () => {
  const text = fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", 'b', ' ', '\u202e', '\r', '</td>', '&lt;') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const html = diffRows([hunkOf([line(before, 'delete'), line(after)])]);
      const cells = [...html.matchAll(/<td>((?:(?!<td|<\/tr>).)*)<\/tr>/gs)].map(([, cell = '']) => shown(cell));
      expect(cells).toEqual([visible(before), visible(after)]);
      expect(html).not.toMatch(/[\r\u202e]/);
    }),
  );
});
