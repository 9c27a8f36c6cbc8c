import { RepositoryBuilder } from '../testing/repository-builder';
import { resolveAt, resolveCommit, resolveHead, resolveObject } from './resolve-at';

jest.setTimeout(60_000);

let repository: RepositoryBuilder;
beforeEach(async () => (repository = await RepositoryBuilder.create()));
afterEach(() => repository.remove());

describe('resolveAt', () => {
  it('splits a branch from its path, however many slashes either has', async () => {
    const main = await repository.commit();
    const feature = await repository.commit({ ref: 'refs/heads/feature/one' });
    const at = (text: string) => resolveAt(repository, text);
    expect(await at('main')).toEqual({ ref: 'main', kind: 'branch', sha: main, path: '' });
    expect(await at('main/')).toEqual({ ref: 'main', kind: 'branch', sha: main, path: '' });
    expect(await at('main/src/a b.ts')).toEqual({ ref: 'main', kind: 'branch', sha: main, path: 'src/a b.ts' });
    const expected = { ref: 'feature/one', kind: 'branch', sha: feature };
    expect(await at('feature/one')).toEqual({ ...expected, path: '' });
    expect(await at('feature/one/two/three/')).toEqual({ ...expected, path: 'two/three' });
    await expect(at('feature')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('is not misled by a branch that is named like a path', async () => {
    await repository.commit({ files: { 'src/a': 'x' } });
    const src = await repository.commit({ ref: 'refs/heads/src' });
    expect(await resolveAt(repository, 'main/src/a')).toMatchObject({ ref: 'main', path: 'src/a' });
    expect(await resolveAt(repository, 'src/a')).toMatchObject({ ref: 'src', sha: src, path: 'a' });
  });

  it('prefers a branch to a tag, and follows tags to their commit', async () => {
    const one = await repository.commit();
    const two = await repository.commit();
    await repository.git(['tag', 'main', one]);
    await repository.git(['tag', '-a', '-m', 'x', 'release/v1', one]);
    await repository.git(['tag', '-a', '-m', 'x', 'nested', 'release/v1']);
    expect(await resolveAt(repository, 'main')).toMatchObject({ kind: 'branch', sha: two });
    expect(await resolveAt(repository, 'release/v1/a')).toEqual({
      ref: 'release/v1',
      kind: 'tag',
      sha: one,
      path: 'a',
    });
    expect(await resolveAt(repository, 'nested')).toMatchObject({ kind: 'tag', sha: one });
  });

  it.each(['sha1', 'sha256'] as const)('takes a commit id, whole or by seven digits, in %s', async (objectFormat) => {
    const scratch = await RepositoryBuilder.create({ objectFormat });
    try {
      const sha = await scratch.commit({ files: { a: 'x' } });
      const tree = await scratch.git(['rev-parse', `${sha}^{tree}`]);
      expect(await resolveAt(scratch, `${sha}/a`)).toEqual({ ref: sha, kind: 'commit', sha, path: 'a' });
      expect(await resolveAt(scratch, sha.slice(0, 7))).toEqual({
        ref: sha,
        kind: 'commit',
        sha,
        path: '',
      });
      for (const text of [sha.slice(0, 6), tree, '0'.repeat(sha.length), `${sha}0`]) {
        await expect(resolveAt(scratch, text)).rejects.toMatchObject({ code: 'not_found' });
      }
    } finally {
      await scratch.remove();
    }
  });

  it('takes digits for an id, not for some ref outside the branches and tags', async () => {
    const sha = await repository.commit();
    await repository.git(['update-ref', 'refs/remotes/abcdef0/HEAD', sha]);
    await expect(resolveAt(repository, 'abcdef0')).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([
    ...[
      '',
      '/',
      '/main',
      '@',
      'refs',
      'refs/heads',
      'refs/heads/no-such/main',
      'refs/tags/main',
      'refs/granary/kept',
      'heads/no-such',
      'tags/main',
      'HEAD~0',
      'HEAD^{commit}',
      'main~0',
      'main^{commit}',
      'main@{0}',
      'main:a',
    ],
    ...['--all', '-n1', '--output=/tmp/x', ':/Change', 'main\n', 'main\0', 'm*', 'no-such', 'main..main', 'tree-tag'],
    ...['main//a', 'main/../a', 'main/a/..', 'main/./a', 'main/a\0b', `main/${'a'.repeat(40_000)}`, 'a/'.repeat(5000)],
  ])('finds nothing at %j', async (text) => {
    const sha = await repository.commit({ files: { a: 'x' } });
    await repository.git(['tag', 'tree-tag', `${sha}^{tree}`]);
    await expect(resolveAt(repository, text)).rejects.toMatchObject({ name: 'DomainError', code: 'not_found' });
  });
});

it('finds a place of a name that no file system could hold', async () => {
  const path = 'x'.repeat(10_000);
  const sha = await repository.commit();
  expect(await resolveAt(repository, `main/${path}`)).toMatchObject({ ref: 'main', sha, path });
  expect(await resolveObject(repository, `main/${path}`)).toMatchObject({ ref: 'main', sha, path });
});

describe('resolveCommit', () => {
  it('takes the whole text for a name', async () => {
    const main = await repository.commit();
    await repository.git(['tag', 'main/v1', main]);
    expect(await resolveCommit(repository, 'main/v1')).toEqual({ ref: 'main/v1', kind: 'tag', sha: main, path: '' });
    for (const name of ['main/a', 'HEAD/a', `${main}/a`, `${main.slice(0, 8)}/a`, 'main/', '']) {
      await expect(resolveCommit(repository, name)).rejects.toMatchObject({ code: 'not_found' });
    }
  });
});

describe('resolveHead', () => {
  it('is nowhere in an empty repository, and at the tip of the default branch otherwise', async () => {
    expect(await resolveHead(repository)).toBeNull();
    const sha = await repository.commit();
    expect(await resolveHead(repository)).toEqual({ ref: 'main', kind: 'branch', sha, path: '' });
  });
});
