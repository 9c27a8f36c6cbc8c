import { setHead } from '../repository/repository';
import { RepositoryBuilder } from '../testing/repository-builder';
import { readRefLists } from './ref-lists';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

describe('readRefLists', () => {
  it('knows the default branch of an empty repository', async () => {
    expect(await readRefLists(repository, { limit: 10 })).toEqual({
      branches: [],
      tags: [],
      branchCount: 0,
      tagCount: 0,
      defaultBranch: { name: 'main', sha: null },
    });
  });

  it('shows the default branch first and tags by version, each with its commit', async () => {
    const sha = await repository.commit();
    const side = await repository.commit({ ref: 'refs/heads/feature/ü' });
    await repository.commit({ ref: 'refs/notes/commits' });
    for (const tag of ['v1.9', 'v1.10']) await repository.git(['tag', tag, sha]);
    await repository.git(['tag', '-a', '-m', 'x', 'v2', sha]);
    await repository.git(['tag', '-a', '-m', 'x', 'v3', 'v2']);
    const { branches, tags, branchCount, tagCount } = await readRefLists(repository, { limit: 10 });
    expect(branches).toEqual([
      { name: 'main', fullName: 'refs/heads/main', kind: 'branch', sha, type: 'commit', tagOid: null },
      { name: 'feature/ü', fullName: 'refs/heads/feature/ü', kind: 'branch', sha: side, type: 'commit', tagOid: null },
    ]);
    expect(tags.map(({ name, sha: commit }) => [name, commit])).toEqual([
      ['v3', sha],
      ['v2', sha],
      ['v1.10', sha],
      ['v1.9', sha],
    ]);
    const tagOid = await repository.git(['rev-parse', 'refs/tags/v3']);
    expect(tags[0]).toEqual({ name: 'v3', fullName: 'refs/tags/v3', kind: 'tag', sha, type: 'commit', tagOid });
    expect(tags[2]).toMatchObject({ name: 'v1.10', tagOid: null });
    expect([branchCount, tagCount]).toEqual([2, 4]);
  });

  it('says of tags what they name', async () => {
    const sha = await repository.commit({ files: { a: 'x' } });
    await repository.git(['tag', 'tree', `${sha}^{tree}`]);
    await repository.git(['tag', '-a', '-m', 'x', 'blob', `${sha}:a`]);
    await repository.git(['tag', '-a', '-m', 'x', 'tag-of-blob', 'blob']);
    await repository.git(['tag', 'commit', sha]);
    const { tags, tagCount } = await readRefLists(repository, { limit: 10 });
    const blob = await repository.git(['rev-parse', `${sha}:a`]);
    expect(tagCount).toBe(4);
    expect(tags.map(({ name, type, sha: oid }) => [name, type, oid])).toEqual([
      ['tree', 'tree', await repository.git(['rev-parse', `${sha}^{tree}`])],
      ['tag-of-blob', 'blob', blob],
      ['commit', 'commit', sha],
      ['blob', 'blob', blob],
    ]);
  });

  it('limits the lists, not the counts, and never loses the default branch', async () => {
    const sha = await repository.commit({ ref: 'refs/heads/z' });
    for (const name of ['a', 'b', 'c']) {
      await repository.git(['update-ref', `refs/heads/${name}`, sha]);
      await repository.git(['tag', name, sha]);
    }
    await setHead(repository.home, repository.path, 'refs/heads/z');
    const { branches, branchCount, tags, tagCount } = await readRefLists(repository, { limit: 2 });
    expect([branches.map((branch) => branch.name), branchCount]).toEqual([['z', 'a'], 4]);
    expect([tags.map((tag) => tag.name), tagCount]).toEqual([['c', 'b'], 3]);
  });

  it('has no default branch when HEAD is detached', async () => {
    const sha = await repository.commit();
    await repository.git(['update-ref', '--no-deref', 'HEAD', sha]);
    expect((await readRefLists(repository, { limit: 2 })).defaultBranch).toBeNull();
  });
});
