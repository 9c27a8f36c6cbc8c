import { cloneRequestOf } from './clone-request';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const read = (lines: string[], objectFormat = 'sha1') =>
  cloneRequestOf({ kind: 'request', command: 'fetch', objectFormat, lines });

it('reads a clone as git asks for it', () => {
  const lines = ['thin-pack', 'no-progress', 'include-tag', 'ofs-delta', `want ${A}`, `want ${B}`, `want ${A}`, 'done'];
  const flags = { thinPack: true, noProgress: true, includeTag: true, ofsDelta: true };
  expect(read(lines)).toEqual({ objectFormat: 'sha1', wants: [A, B], ...flags, filter: null });
});

it.each(['blob:none', 'blob:limit=1048576', 'tree:0'])('reads the filter %s', (filter) => {
  const none = { thinPack: false, noProgress: false, includeTag: false, ofsDelta: false };
  expect(read([`want ${A}`, `filter ${filter}`, 'done'])).toEqual({
    objectFormat: 'sha1',
    wants: [A],
    ...none,
    filter,
  });
});

it('reads ids of the format that the client names', () => {
  const long = 'c'.repeat(64);
  expect(read([`want ${long}`, 'done'], 'sha256')).toMatchObject({ wants: [long] });
  expect(read([`want ${long}`, 'done'])).toBeNull();
  expect(read([`want ${A}`, 'done'], 'sha256')).toBeNull();
});

it.each([
  ['something to negotiate', [`want ${A}`, `have ${B}`, 'done']],
  ['a client that is not done', [`want ${A}`]],
  ['nothing wanted', ['done']],
  ['a cut history', [`want ${A}`, 'deepen 1', 'done']],
  ['a shallow client', [`want ${A}`, `shallow ${B}`, 'done']],
  ['a filter that names an object', [`want ${A}`, `filter sparse:oid=${B}`, 'done']],
  ['a filter with a unit', [`want ${A}`, 'filter blob:limit=1k', 'done']],
  ['two filters', [`want ${A}`, 'filter blob:none', 'filter tree:0', 'done']],
  ['a ref by its name', ['want-ref refs/heads/main', 'done']],
  ['an option', [`want ${A}`, 'done', '--output=/tmp/x']],
  ['an id that is none', ['want HEAD', 'done']],
])('leaves %s to git', (_case, lines) => expect(read(lines)).toBeNull());
