import fc from 'fast-check';
import { attachment } from './attachment';

it.each([
  ['data-main.zip', 'attachment; filename="data-main.zip"'],
  ['two words.txt', 'attachment; filename="two words.txt"'],
  ['naïve €.txt', `attachment; filename="na?ve ?.txt"; filename*=UTF-8''na%C3%AFve%20%E2%82%AC.txt`],
])('names %j with quotes', (name, header) => {
  expect(attachment(name)).toBe(header);
});

it('makes a header of any name, with no second parameter in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }), (name) => {
      const header = attachment(name);
      expect(header).toMatch(/^attachment; filename="(?:[^"\\]|\\.)*"(?:; filename\*=UTF-8''[\w%!#$&+.^`|~-]*)?$/s);
    }),
  );
});
