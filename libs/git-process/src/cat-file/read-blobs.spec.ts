import { buffer } from 'node:stream/consumers';
import { GitFailed } from '../process/git-failed';
import { RepositoryBuilder } from '../testing/repository-builder';
import { configOfBlob } from './config-of-blob';
import { commitsBehind, lookUpObjects } from './look-up-objects';
import { openPrivateCatFile } from './private-cat-file';
import { readBlobStart, readSmallBlobs, streamBlob } from './read-blobs';

let repository: RepositoryBuilder;
beforeAll(async () => (repository = await RepositoryBuilder.create()));
afterAll(() => repository.remove());

const GONE = 'b'.repeat(40);
const blob = (content: string | Buffer) => repository.git(['hash-object', '-w', '--stdin'], content);

it('reads many blobs, whatever bytes they hold, each once', async () => {
  const contents = ['', 'x', '\n\n', `${'a'.repeat(40)} blob 3\nabc\n`, '\0'];
  const oids = await Promise.all(contents.map(blob));
  const read = await readSmallBlobs(repository, [...oids, ...oids]);
  expect([...read].map(([oid, content]) => [oid, content.toString()])).toEqual(
    oids.map((oid, at) => [oid, contents[at]]),
  );
  expect(await readSmallBlobs(repository, [])).toEqual(new Map());
  await expect(readSmallBlobs(repository, [GONE])).rejects.toThrow(GitFailed);
  await expect(readSmallBlobs(repository, oids, { maxOutputBytes: 20 })).rejects.toThrow(GitFailed);
});

it('reads the beginning of a blob, by a process of its own or by the shared one', async () => {
  const oid = await blob('0123456789');
  const shared = openPrivateCatFile(repository.home, { repositoryPath: repository.path });
  try {
    for (const objects of [undefined, shared.catFile]) {
      const from = { home: repository.home, path: repository.path, objects };
      expect(await readBlobStart(from, oid, 10)).toEqual({ output: Buffer.from('0123456789'), isCut: false });
      expect(await readBlobStart(from, oid, 4)).toEqual({ output: Buffer.from('0123'), isCut: true });
      await expect(readBlobStart(from, GONE, 4)).rejects.toThrow(GitFailed);
    }
  } finally {
    await shared.close();
  }
  expect((await buffer(streamBlob(repository, oid))).toString()).toBe('0123456789');
});

it('looks objects up by their ids, and finds the commits behind tags', async () => {
  const commit = await repository.commit({ files: { a: 'x' } });
  await repository.git(['tag', '-a', '-m', 'x', 'v1', commit]);
  const tag = await repository.git(['rev-parse', 'v1']);
  const tree = await repository.git(['rev-parse', `${commit}^{tree}`]);
  const found = await lookUpObjects(repository, [tag, GONE, `${tag}^{commit}`, `${tree}^{commit}`]);
  expect(found.map((info) => info?.type ?? null)).toEqual(['tag', null, 'commit', null]);
  expect(await commitsBehind(repository, [tag, tree, GONE, commit])).toEqual(
    new Map([
      [tag, commit],
      [commit, commit],
    ]),
  );
  expect(await lookUpObjects(repository, [])).toEqual([]);
});

it('reads a blob as a configuration, and nothing from what is none', async () => {
  const oid = await blob('[a "B"]\n\tkey = one\n\tflag\n[include]\n\tpath = /etc/passwd\n');
  expect(await configOfBlob(repository, oid)).toEqual([
    ['a.B.key', 'one'],
    ['a.B.flag', null],
    ['include.path', '/etc/passwd'],
  ]);
  expect(await configOfBlob(repository, await blob('not a [config'))).toEqual([]);
  expect(await configOfBlob(repository, `${GONE}:.gitmodules`)).toEqual([]);
});
