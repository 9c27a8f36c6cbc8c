import { lastCommits, readHistory } from '@granary/git-process';
import { RepositoryBuilder } from '@granary/git-process/testing';
import { readBlob } from './blob';
import { readCommitDiff } from './commit-diff';
import { readTree } from './tree';

const E = '"caf\\351.bin"';
const A = '"caf\\350.bin"';

it('tells names that differ in bytes alone apart, wherever a path is told or taken', async () => {
  const repository = await RepositoryBuilder.create();
  try {
    const blob = (content: string) => repository.git(['hash-object', '-w', '--stdin'], content);
    const tree = async (entries: [name: string, kind: string, oid: string][]) =>
      repository.git(
        ['mktree', '-z'],
        Buffer.from(entries.map(([name, kind, oid]) => `${kind} ${oid}\t${name}\0`).join(''), 'latin1'),
      );
    const pointer = await blob(`version https://git-lfs.github.com/spec/v1\noid sha256:${'1'.repeat(64)}\nsize 5\n`);
    const commit = async (one: string, other: string, ...parents: string[]) => {
      const file = '100644 blob';
      const below = await tree([
        ['.gitattributes', file, await blob('*.own filter=lfs\n')],
        ['caf\xe8.bin', file, await blob(one)],
        ['caf\xe9.bin', file, await blob(other)],
        ['o.own', file, pointer],
        ['p\xe9.lfs', file, pointer],
        ['q\xe9.txt', file, pointer],
      ]);
      const root = await tree([
        ['.gitattributes', file, await blob('*.lfs filter=lfs\n')],
        ['d\xe9', '040000 tree', below],
      ]);
      return repository.git(['commit-tree', '-m', 'x', ...parents.flatMap((parent) => ['-p', parent]), root]);
    };
    const first = await commit('one\n', 'two\n');
    const sha = await commit('one\n', 'three\n', first);
    const directory = '"d\\351"';
    const { entries } = await readTree(repository, { sha, path: directory });
    expect(entries.map(({ name, lfs }) => [name, lfs !== null])).toEqual([
      ['.gitattributes', false],
      [A, false],
      [E, false],
      ['o.own', true],
      ['"p\\351.lfs"', true],
      // A pointer that no attribute marks is text.
      ['"q\\351.txt"', false],
    ]);
    for (const [name, text] of [
      [A, 'one\n'],
      [E, 'three\n'],
    ] as const) {
      expect(await readBlob(repository, { sha, path: `${directory}/${name}` })).toMatchObject({ text });
    }
    const history = async (path: string) =>
      (await readHistory(repository, { sha, path, page: 1, perPage: 9 })).commits.map((record) => record.sha);
    expect(await history(`${directory}/${A}`)).toEqual([first]);
    expect(await history(`${directory}/${E}`)).toEqual([sha, first]);
    const last = await lastCommits(repository, { sha, path: directory, entries });
    expect(entries.map(({ path }) => last.get(path)?.sha)).toEqual([first, first, sha, first, first, first]);
    const { files } = await readCommitDiff(repository, sha, { offset: 0, limit: 9 });
    expect(files.map(({ newPath, hunks }) => [newPath, hunks.length])).toEqual([[`${directory}/${E}`, 1]]);
  } finally {
    await repository.remove();
  }
});
