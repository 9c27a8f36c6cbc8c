import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATA_DIRECTORIES, openDataDir } from './data-dir';
import { closeDataDir } from './data-dir-privacy';

const NOBODY_ELSE = { postgres: false, gate: false };
let root: string;
beforeEach(() => (root = join(mkdtempSync(join(tmpdir(), 'granary-private-')), 'data')));
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

const mode = (name = '') => (statSync(join(root, name)).mode & 0o7777).toString(8);
const modes = () => Object.fromEntries(['', ...DATA_DIRECTORIES].map((name) => [name, mode(name)]));
const PRIVATE = Object.fromEntries(['', ...DATA_DIRECTORIES].map((name) => [name, '700']));

it('makes a data directory that nobody else can enter, and private files from then on', async () => {
  await openDataDir(root);
  expect(await closeDataDir(root, DATA_DIRECTORIES, NOBODY_ELSE)).toEqual([]);
  expect(modes()).toEqual(PRIVATE);
  expect(mode('secret.key')).toBe('600');
  writeFileSync(join(root, 'later'), '');
  expect(mode('later')).toBe('600');
});

it('closes one that was open, and says so once', async () => {
  await openDataDir(root);
  for (const name of ['', 'repositories']) chmodSync(join(root, name), 0o755);
  const lines = await closeDataDir(root, DATA_DIRECTORIES, NOBODY_ELSE);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(join(root, 'repositories'));
  expect(lines[0]).not.toContain(join(root, 'objects'));
  expect(modes()).toEqual(PRIVATE);
  expect(await closeDataDir(root, DATA_DIRECTORIES, NOBODY_ELSE)).toEqual([]);
});

it('lets others pass, and not look, on the way to a database or a gate of theirs', async () => {
  await openDataDir(root);
  await closeDataDir(root, DATA_DIRECTORIES, { postgres: true, gate: false });
  expect(modes()).toEqual({ ...PRIVATE, '': '711' });
  mkdirSync(join(root, 'ssh/gate'));
  chmodSync(join(root, 'ssh/gate'), 0o2750);
  await closeDataDir(root, DATA_DIRECTORIES, { postgres: false, gate: true });
  expect(modes()).toEqual({ ...PRIVATE, '': '711', ssh: '711' });
  expect(mode('ssh/gate')).toBe('2750');
});

it('closes what is its own in a directory that everybody shares, and leaves that to the others', async () => {
  await openDataDir(root);
  chmodSync(root, 0o1777);
  chmodSync(join(root, 'objects'), 0o755);
  const lines = await closeDataDir(root, DATA_DIRECTORIES, NOBODY_ELSE);
  expect(modes()).toEqual({ ...PRIVATE, '': '1777' });
  expect(lines.at(-1)).toMatch(/is shared by everybody/);
});
