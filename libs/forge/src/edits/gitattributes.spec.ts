import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  faultOfTreePath,
  initRepository,
  newObject,
  prepareGitHome,
  quarantineObjects,
  type GitHome,
  type NewObject,
} from '@granary/git-process';
import fc from 'fast-check';
import { directoriesAbove, exactPattern, lfsLine, withLines } from './gitattributes';
import { lfsMarks } from './lfs-marks';

let root: string;
let home: GitHome;
let repositoryPath: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'granary-gitattributes-'));
  home = await prepareGitHome(join(root, 'home'));
  repositoryPath = join(root, 'repository');
  await initRepository(home, repositoryPath, { objectFormat: 'sha1', defaultBranch: 'main' });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** A commit whose root holds this `.gitattributes`. */
async function commitWith(text: string): Promise<string> {
  const blob = newObject('sha1', 'blob', Buffer.from(text));
  const entry = Buffer.concat([Buffer.from('100644 .gitattributes\0'), Buffer.from(blob.oid, 'hex')]);
  const tree = newObject('sha1', 'tree', entry);
  const who = 'A <a@example.com> 1700000000 +0000';
  const content = Buffer.from(`tree ${tree.oid}\nauthor ${who}\ncommitter ${who}\n\nx\n`);
  const commit = newObject('sha1', 'commit', content);
  const objects: NewObject[] = [blob, tree, commit];
  const written = await quarantineObjects(home, { repositoryPath, format: 'sha1', objects });
  await written.migrate();
  await written.discard();
  return commit.oid;
}

const marks = (commitOid: string, paths: string[]) => lfsMarks({ home, path: repositoryPath }, { commitOid, paths });

it('marks the very path and no other, whatever its characters, as git reads the line', async () => {
  const character = fc.constantFrom(...'ab *?[]\\!#"\'{}()~^$&;|<>=-.,:@%+/é…\u00a0\u3000'.split(''));
  const path = fc
    .string({ unit: character, minLength: 1, maxLength: 12 })
    .filter((text) => faultOfTreePath(text) === null);
  await fc.assert(
    fc.asyncProperty(path, path, async (one, other) => {
      fc.pre(one !== other);
      const commit = await commitWith(`${lfsLine(one)}\n`);
      expect([...(await marks(commit, [one, other]))]).toEqual([one]);
      expect([...(await marks(commit, [`below/${one}`]))]).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it.each([
  ['*.psd', 'deep/in/x.psd', '*.psd'],
  ['*.tar.gz', 'x.tar.gz', '*.tar.gz'],
  // What the hub's globs and git read differently is not handed on.
  ['assets/**', 'assets/a b.bin', '/assets/a[[:space:]]b.bin'],
  ['*.[x]', 'a.[x]', '/a.\\[x]'],
  [null, '#a!.bin', '/#a!.bin'],
])('writes for the rule %j and the file %j the pattern %s', (pattern, path, expected) => {
  expect(lfsLine(path, pattern)).toBe(`${expected} filter=lfs diff=lfs merge=lfs -text`);
});

it('has the last word where an earlier line says otherwise', async () => {
  const text = withLines('*.bin -filter\n', [lfsLine('a.bin')]);
  expect([...(await marks(await commitWith(text), ['a.bin', 'b.bin']))]).toEqual(['a.bin']);
});

it('adds each line once, and ends the line before', () => {
  expect(withLines('', ['x', 'x', 'y'])).toBe('x\ny\n');
  expect(withLines('a\nb', ['b', 'c'])).toBe('a\nb\nc\n');
  expect(withLines('a\r\nb\r\n', ['a'])).toBe('a\r\nb\r\n');
});

it('looks from the nearest directory to the root', () => {
  expect(directoriesAbove('a/b/c.bin')).toEqual(['a/b', 'a', '']);
  expect(directoriesAbove('c.bin')).toEqual(['']);
  expect(exactPattern('a/b')).toBe('/a/b');
});
