import { RepositoryBuilder } from '../testing/repository-builder';
import type { HistoryFilter } from './list-commits';
import { countCommits, readCommit, readCommits, readHistory } from './history';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

describe('readHistory', () => {
  it('pages through commits, newest first', async () => {
    const shas: string[] = [];
    for (const file of ['a', 'b', 'c', 'd', 'e']) shas.unshift(await repository.commit({ files: { [file]: 'x' } }));
    const [sha = ''] = shas;
    const page = async (number: number) => {
      const { commits, hasNext } = await readHistory(repository, { sha, path: '', page: number, perPage: 2 });
      return [commits.map((commit) => commit.sha), hasNext];
    };
    expect(await page(1)).toEqual([shas.slice(0, 2), true]);
    expect(await page(2)).toEqual([shas.slice(2, 4), true]);
    expect(await page(3)).toEqual([shas.slice(4), false]);
    expect(await page(4)).toEqual([[], false]);
  });

  it('gives whole commits', async () => {
    const root = await repository.commit();
    const side = await repository.commit({ ref: 'refs/heads/side', parents: [root] });
    const sha = await repository.commit({ parents: [root, side], message: 'Merge ü\n\nBody\n' });
    const { commits } = await readHistory(repository, { sha, path: '', page: 1, perPage: 1 });
    expect(commits).toEqual([
      {
        sha,
        tree: await repository.git(['rev-parse', `${sha}^{tree}`]),
        parents: [root, side],
        author: { name: 'Ada', email: 'ada@example.com', date: '2023-11-14T23:16:20+01:00' },
        committer: { name: 'Grace', email: 'grace@example.com', date: '2023-11-14T22:16:20+00:00' },
        message: 'Merge ü\n\nBody',
        subject: 'Merge ü',
        body: 'Body',
      },
    ]);
  });

  it('follows one path, file or directory, even one that is gone', async () => {
    const one = await repository.commit({ files: { 'dir/a\nb': '1', other: '1' } });
    const two = await repository.commit({ files: { 'dir/a\nb': '2' } });
    await repository.commit({ files: { other: '2' } });
    const gone = await repository.commit({ files: { 'dir/a\nb': null } });
    const sha = await repository.commit({ files: { '*': 'x' } });
    const of = async (path: string) =>
      (await readHistory(repository, { sha, path, page: 1, perPage: 9 })).commits.map((commit) => commit.sha);
    expect(await of('dir/a\nb')).toEqual([gone, two, one]);
    expect(await of('dir/')).toEqual([gone, two, one]);
    expect(await of('*')).toEqual([sha]);
    await expect(of('never')).rejects.toMatchObject({ code: 'not_found' });
    await expect(of('dir/../other')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('filters by time and by the address of the author, whatever its letters mean in a pattern', async () => {
    const shas: string[] = [];
    for (const file of ['a', 'b', 'c']) shas.unshift(await repository.commit({ files: { [file]: 'x' } }));
    const [sha = ''] = shas;
    const of = async (filter: HistoryFilter, path = '') =>
      (await readHistory(repository, { sha, path, page: 1, perPage: 9, filter })).commits.map((commit) => commit.sha);
    const [newest, middle, oldest] = await Promise.all(
      shas.map(async (each) => new Date((await readCommit(repository, each)).committer.date)),
    );
    expect(await of({ since: middle })).toEqual(shas.slice(0, 2));
    expect(await of({ until: middle })).toEqual(shas.slice(1));
    expect(await of({ since: oldest, until: newest })).toEqual(shas);
    expect(await of({ authorEmail: 'ADA@example.com' })).toEqual(shas);
    for (const authorEmail of ['.*', 'ada@example', 'grace@example.com']) expect(await of({ authorEmail })).toEqual([]);
    expect(await of({}, 'never')).toEqual([]);
  });

  it('takes no name for a commit', async () => {
    await repository.commit();
    const query = { path: '', page: 1, perPage: 1 };
    for (const sha of ['main', '--all', '--output=x']) {
      await expect(readHistory(repository, { ...query, sha })).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('readCommits', () => {
  it('reads those that it is asked for, and not their parents', async () => {
    const one = await repository.commit({ message: 'One' });
    const two = await repository.commit({ message: 'Two' });
    await repository.commit({ message: 'Three' });
    const commits = await readCommits(repository, [one, two]);
    expect([...commits.values()].map((commit) => commit.subject)).toEqual(['One', 'Two']);
    expect(await readCommits(repository, [])).toEqual(new Map());
  });
});

describe('countCommits', () => {
  it('counts up to its cap', async () => {
    for (let count = 0; count < 3; count++) await repository.commit({ files: { a: String(count) } });
    const sha = await repository.git(['rev-parse', 'main']);
    expect(await countCommits(repository, sha, 4)).toBe(3);
    expect(await countCommits(repository, sha, 3)).toBe(3);
    expect(await countCommits(repository, sha, 2)).toBeNull();
  });
});
