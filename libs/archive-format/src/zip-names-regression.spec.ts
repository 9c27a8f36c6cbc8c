import { win32 } from 'node:path';
import fc from 'fast-check';
import { collect, entries, entry } from './testing/entries';
import { zipNameOf } from './zip-names';
import { writeZip } from './zip-writer';

const nameOf = (path: string) => zipNameOf(Buffer.from(path)).toString();

it.each([
  ['hub/..\\..\\x', 'hub/..%5C..%5Cx'],
  ['C:\\x', 'C%3A%5Cx'],
  ['hub/x:stream', 'hub/x%3Astream'],
  ['hub/.. /.. /x', 'hub/..%20/..%20/x'],
  ['hub/.../x', 'hub/..%2E/x'],
  ['hub/../x', 'hub/.%2E/x'],
  ['hub/name. /', 'hub/name.%20/'],
  ['hub/.gitignore', 'hub/.gitignore'],
  ['hub/a b/c.d/größe', 'hub/a b/c.d/größe'],
  ['hub/aux.c', 'hub/aux.c'],
])('%j is called %j in a zip', (path, name) => expect(nameOf(path)).toBe(name));

/** Windows drops dots and spaces at the end of each part. */
const onWindows = (name: string) =>
  win32.resolve(
    'D:\\folder',
    name.replace(/[^\\/]+/g, (part) => part.replace(/(?!^\.{1,2} *$)[. ]+$/, '').trimEnd()),
  );

it('leads out of the folder on Windows for no path', () => {
  const part = fc.string({ unit: fc.constantFrom('.', ' ', '\\', ':', 'C', 'x', '%'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const name = nameOf(parts.join('/'));
      expect(name).not.toMatch(/[\\:]|[. ](\/|$)/);
      expect(onWindows(name)).toMatch(/^D:\\folder\\/);
    }),
    { numRuns: 2000 },
  );
});

it('tells the name that a file has in Git beside it', async () => {
  const zip = await collect(writeZip(entries([entry({ path: Buffer.from('hub/..\\..\\x') })], 'c')));
  expect(zip.includes('hub/..%5C..%5Cx')).toBe(true);
  // In the central directory alone, as the comment of the entry.
  expect(zip.toString().split('..\\..\\x')).toHaveLength(2);
  expect(zip.toString()).toContain('In Git: hub/..\\..\\x');
});
