import * as fc from 'fast-check';
import { RepositoryBuilder } from '../testing/repository-builder';
import { lastCommits } from './last-commits';
import { listTreeStart } from '../trees/list-tree';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

async function entriesOf(sha: string, path: string) {
  const paths = path === '' ? [] : [`${path}/`];
  return (await listTreeStart(repository, { treeish: sha, paths }, 1000)).records;
}

/** The sha per path, as found by the walk. */
async function lastShas(sha: string, path = '', maxCommits?: number): Promise<Record<string, string | undefined>> {
  const entries = await entriesOf(sha, path);
  const commits = await lastCommits(repository, { sha, path, entries, maxCommits });
  return Object.fromEntries([...commits].map(([entryPath, commit]) => [entryPath, commit?.sha]));
}

/** The same, by a walk per entry. */
async function expectedShas(sha: string, path = ''): Promise<Record<string, string>> {
  const entries = await entriesOf(sha, path);
  const shas = entries.map(async (entry) => {
    return [entry.path, await repository.git(['log', '-1', '--format=%H', sha, '--', entry.path])];
  });
  return Object.fromEntries(await Promise.all(shas));
}

describe('lastCommits', () => {
  it('finds the commit of files, directories, symlinks and submodules', async () => {
    const one = await repository.commit({
      files: {
        old: 'x',
        'dir/sub/a': '1',
        'dir/b': '1',
        'line\nfeed ü': 'x',
        link: { mode: '120000', content: 'old' },
        module: { mode: '160000', content: 'c'.repeat(40) },
      },
    });
    const two = await repository.commit({ files: { 'dir/sub/a': '2' } });
    const three = await repository.commit({ files: { module: { mode: '160000', content: 'd'.repeat(40) } } });
    expect(await lastShas(three)).toEqual({ old: one, dir: two, 'line\nfeed ü': one, link: one, module: three });
    expect(await lastShas(three, 'dir')).toEqual({ 'dir/sub': two, 'dir/b': one });
    expect(await lastShas(three, 'dir/sub')).toEqual({ 'dir/sub/a': two });
  });

  it('gives whole commits', async () => {
    const sha = await repository.commit({ files: { a: 'x' }, message: 'Subject\n\nBody' });
    const entries = await entriesOf(sha, '');
    const commits = await lastCommits(repository, { sha, path: '', entries });
    expect(commits.get('a')).toMatchObject({ sha, subject: 'Subject', body: 'Body', author: { name: 'Ada' } });
  });

  it('finds the commit that renamed a file or made it executable', async () => {
    await repository.commit({ files: { a: 'x', b: 'y' } });
    const renamed = await repository.commit({ files: { a: null, c: 'x' } });
    expect(await lastShas(renamed)).toMatchObject({ c: renamed });
    const executable = await repository.commit({ files: { b: { mode: '100755', content: 'y' } } });
    expect(await lastShas(executable)).toEqual({ c: renamed, b: executable });
  });

  it('names the commit behind a merge, unless the merge itself made the content', async () => {
    const root = await repository.commit({ files: { a: '0', b: '0', 'd/x': '0', 'd/y': '0', e: '0' } });
    const left = await repository.commit({ files: { a: 'left', 'd/x': 'left', e: 'left' } });
    const right = await repository.commit({
      ref: 'refs/heads/right',
      parents: [root],
      files: { b: 'right', 'd/y': 'right', e: 'r' },
    });
    const files = { b: 'right', 'd/y': 'right', e: 'both' };
    const merge = await repository.commit({ parents: [left, right], files });
    expect(await lastShas(merge)).toEqual({ a: left, b: right, d: merge, e: merge });
    expect(await lastShas(merge, 'd')).toEqual({ 'd/x': left, 'd/y': right });
  });

  it('ignores what a merge threw away', async () => {
    const root = await repository.commit({ files: { a: '0', 'd/x': '0' } });
    const ours = await repository.commit({ files: { b: '1' } });
    const theirs = await repository.commit({
      ref: 'refs/heads/t',
      parents: [root],
      files: { a: 'thrown', 'd/x': 'away' },
    });
    const merge = await repository.commit({ parents: [ours, theirs] });
    expect(await lastShas(merge)).toEqual({ a: root, d: root, b: ours });
    expect(await lastShas(merge, 'd')).toEqual({ 'd/x': root });
  });

  it('names the commit that went back to an earlier content', async () => {
    await repository.commit({ files: { a: '1' } });
    await repository.commit({ files: { a: '2' } });
    const reverted = await repository.commit({ files: { a: '1' } });
    const sha = await repository.commit({ files: { b: '1' } });
    expect(await lastShas(sha)).toMatchObject({ a: reverted });
  });

  it('gives up after so many commits', async () => {
    const one = await repository.commit({ files: { a: '1' } });
    const two = await repository.commit({ files: { b: '1' } });
    const three = await repository.commit({ files: { c: '1' } });
    expect(await lastShas(three, '', 2)).toEqual({ a: undefined, b: two, c: three });
    expect(await lastShas(three, '', 3)).toEqual({ a: one, b: two, c: three });
  });

  it('finds nothing for no entries', async () => {
    const sha = await repository.commit();
    expect(await lastCommits(repository, { sha, path: '', entries: [] })).toEqual(new Map());
  });

  it('agrees with a walk per entry on any history with merges', async () => {
    const step = fc.record({
      parent: fc.nat(),
      merged: fc.option(fc.nat()),
      files: fc.uniqueArray(fc.nat(5), { maxLength: 3 }),
    });
    const paths = ['a', 'b', 'd/x', 'd/y', 'd/e/z', 'f/g/h'];
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        const shas = [await repository.commit({ parents: [], files: { a: 'root', 'd/x': 'root' } })];
        for (const [index, { parent, merged, files }] of steps.entries()) {
          // Contents are never used twice, so that only one commit can have made each.
          const changed = Object.fromEntries(files.map((file) => [paths[file] ?? '', `${shas[0]} ${index} ${file}`]));
          const parents = [parent, ...(merged === null ? [] : [merged])].map((nth) => shas[nth % shas.length] ?? '');
          shas.push(await repository.commit({ parents: [...new Set(parents)], files: changed }));
        }
        const tip = shas.at(-1) ?? '';
        expect(await lastShas(tip)).toEqual(await expectedShas(tip));
        expect(await lastShas(tip, 'd')).toEqual(await expectedShas(tip, 'd'));
      }),
      { numRuns: 15 },
    );
  });
});
