import { RepositoryBuilder } from '@granary/git-process/testing';
import { formatPointer } from '@granary/wire';
import { readLfsUsage } from './lfs-usage';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

const object = (letter: string, sizeBytes: number) => ({ oid: letter.repeat(64), sizeBytes });
const [big, small, foreign] = [object('a', 5000), object('b', 70), object('c', 9000)];
const links = new Map([big, small].map((each) => [each.oid, each]));
const linked = async (oids: readonly string[]) => new Map([...links].filter(([oid]) => oids.includes(oid)));
const usage = (sha: string, path = '', maxFiles?: number) => readLfsUsage(repository, { sha, path, linked, maxFiles });

it('sums what the repository links by directory, each object once, the largest first', async () => {
  const sha = await repository.commit({
    files: {
      'README.md': 'x'.repeat(300),
      'models/a.bin': formatPointer(big),
      'models/old/a.bin': formatPointer(big),
      'models/old/b.bin': formatPointer(small),
      'copy.bin': formatPointer(big),
      'stranger.bin': formatPointer(foreign),
      'link.bin': { mode: '120000', content: formatPointer(small).toString() },
    },
  });
  expect(await usage(sha)).toEqual({
    path: '',
    bytes: 5070,
    objects: 2,
    isTruncated: false,
    entries: [
      { name: 'models', path: 'models', type: 'directory', bytes: 5070, objects: 2 },
      { name: 'copy.bin', path: 'copy.bin', type: 'file', bytes: 5000, objects: 1 },
    ],
  });
  const below = await usage(sha, 'models/');
  expect(below).toMatchObject({ path: 'models', bytes: 5070, objects: 2 });
  expect(below.entries).toEqual([
    { name: 'old', path: 'models/old', type: 'directory', bytes: 5070, objects: 2 },
    { name: 'a.bin', path: 'models/a.bin', type: 'file', bytes: 5000, objects: 1 },
  ]);
});

it('finds no directory where there is a file, a submodule, nothing, or no possible path', async () => {
  const files = { file: 'x', module: { mode: '160000', content: 'c'.repeat(40) }, 'dir/x': 'y' };
  const sha = await repository.commit({ files });
  expect(await usage(sha, 'dir')).toMatchObject({ bytes: 0, entries: [] });
  for (const path of ['file', 'module', 'nothing', '../dir', 'dir/../dir', 'a\0b']) {
    await expect(usage(sha, path)).rejects.toMatchObject({ code: 'not_found' });
  }
});

it('stops at its bound, and says so', async () => {
  const files = Object.fromEntries(['a', 'b', 'c'].map((name) => [`${name}.bin`, formatPointer(small)]));
  const sha = await repository.commit({ files });
  expect(await usage(sha, '', 3)).toMatchObject({ isTruncated: false, bytes: 70 });
  const cut = await usage(sha, '', 2);
  expect(cut.isTruncated).toBe(true);
  expect(cut.entries.map(({ name }) => name)).toEqual(['a.bin', 'b.bin']);
});
