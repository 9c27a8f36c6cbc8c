import { GitFailed } from '../process/git-failed';
import { RepositoryBuilder } from '../testing/repository-builder';
import { listTree, listTreeStart, type TreeQuestion } from './list-tree';

let repository: RepositoryBuilder;
beforeAll(async () => (repository = await RepositoryBuilder.create()));
afterAll(() => repository.remove());

async function pathsOf(question: TreeQuestion): Promise<string[]> {
  const paths: string[] = [];
  for await (const { path } of listTree(repository, question)) paths.push(path);
  return paths;
}

it('lists a directory, all below it, or what stands at some paths', async () => {
  const treeish = await repository.commit({ files: { a: '1', 'dir/b': '22', 'dir/sub/c': '3', z: '4' } });
  expect(await pathsOf({ treeish })).toEqual(['a', 'dir', 'z']);
  expect(await pathsOf({ treeish, isRecursive: true })).toEqual(['a', 'dir/b', 'dir/sub/c', 'z']);
  expect(await pathsOf({ treeish, isRecursive: true, withTrees: true })).toContain('dir/sub');
  expect(await pathsOf({ treeish, paths: ['dir'] })).toEqual(['dir']);
  expect(await pathsOf({ treeish, paths: ['dir/'] })).toEqual(['dir/b', 'dir/sub']);
  expect(await pathsOf({ treeish, paths: ['dir/sub/c'], withTrees: true })).toEqual(['dir', 'dir/sub', 'dir/sub/c']);
  expect(await pathsOf({ treeish, paths: ['*'] })).toEqual([]);
  const { records } = await listTreeStart(repository, { treeish, withSizes: true, paths: ['dir/b', 'a'] }, 5);
  expect(records.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
    ['a', 1],
    ['dir/b', 2],
  ]);
});

it('gives paths that are no text as text, or as their bytes', async () => {
  const blob = await repository.git(['hash-object', '-w', '--stdin'], 'x');
  const entries = Buffer.concat([Buffer.from(`100644 blob ${blob}\t`), Buffer.from([0xe9, 0x0a]), Buffer.of(0)]);
  const treeish = await repository.git(['mktree', '-z'], entries);
  expect(await pathsOf({ treeish, pathsAs: 'bytes' })).toEqual(['\xe9\n']);
  const [text = ''] = await pathsOf({ treeish });
  expect(await pathsOf({ treeish, paths: [text] })).toEqual([text]);
});

it('lists more than a pipe holds, and ends git where nobody reads on', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 5000 }, (_, at) => [`${'directory/'.repeat(4)}file ${String(at).padStart(4, '0')}`, `${at}`]),
  );
  const treeish = await repository.commit({ files, ref: 'refs/heads/many', parents: [] });
  expect(await pathsOf({ treeish, isRecursive: true })).toEqual(Object.keys(files));
  const start = await listTreeStart(repository, { treeish, isRecursive: true }, 3);
  expect(start.records.map(({ path }) => path)).toEqual(Object.keys(files).slice(0, 3));
  expect(start.isTruncated).toBe(true);
});

it('takes ids alone, and fails for what is not there', async () => {
  await expect(pathsOf({ treeish: 'main' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(pathsOf({ treeish: '--help' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(pathsOf({ treeish: 'b'.repeat(40) })).rejects.toThrow(GitFailed);
});
