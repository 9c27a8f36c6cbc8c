import { fullRefName, refInAddress, type RefName } from '@granary/api-contract';
import fc from 'fast-check';
import { runGit } from '../process/run-git';
import { updateRefs } from '../repository/refs';
import { createFixture, type Fixture } from '../testing/fixture';
import { resolveDefault, resolveName, resolvePlace, type NamedRef } from './resolve-name';

jest.setTimeout(60_000);

let fixture: Fixture;
beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());

const IDENTITY = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@b', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@b' };

let count = 0;

class Repository {
  private constructor(readonly path: string) {}

  get home() {
    return fixture.home;
  }

  static async create(): Promise<Repository> {
    return new Repository(await fixture.repository(`names-${++count}`));
  }

  async git(args: string[], stdin = ''): Promise<string> {
    const { stdout } = await runGit(this.home, { repositoryPath: this.path, args, stdin, env: IDENTITY });
    return stdout.toString().trim();
  }

  tree(): Promise<string> {
    return this.git(['mktree']);
  }

  async commit(message: string, ...refs: string[]): Promise<string> {
    const oid = await this.git(['commit-tree', '-m', message, await this.tree()]);
    await updateRefs(
      this.home,
      this.path,
      refs.map((ref) => ({ ref, newOid: oid })),
    );
    return oid;
  }

  name(name: string) {
    return resolveName(this, name);
  }

  place(text: string) {
    return resolvePlace(this, text);
  }
}

describe('a name', () => {
  it('in full is that ref, whatever else is called so', async () => {
    const repository = await Repository.create();
    const released = await repository.commit('released', 'refs/tags/v1');
    const maintained = await repository.commit('maintained', 'refs/heads/v1', 'refs/heads/main');
    const tag: NamedRef = { kind: 'tag', ref: 'v1', oid: released, type: 'commit' };
    for (const name of ['refs/tags/v1', 'tags/v1']) expect(await repository.name(name)).toMatchObject(tag);
    for (const name of ['refs/heads/v1', 'heads/v1', 'v1'])
      expect(await repository.name(name)).toMatchObject({ kind: 'branch', ref: 'v1', oid: maintained });
    expect((await repository.name('v1'))?.hiddenTag).toEqual(tag);
    expect((await repository.name('refs/heads/v1'))?.hiddenTag).toBeNull();
    for (const name of ['refs/tags/main', 'tags/main', 'refs/heads/v2', 'refs/v1'])
      expect(await repository.name(name)).toBeNull();
  });

  it('in full never falls back to a branch that holds such a path', async () => {
    const repository = await Repository.create();
    await repository.commit('x', 'refs/heads/refs', 'refs/heads/tags', 'refs/heads/heads');
    expect(await repository.place('refs/tags/v1/install.sh')).toBeNull();
    expect(await repository.place('refs/heads/v1/install.sh')).toBeNull();
    expect(await repository.place('refs/heads/refs/tags/v1')).toMatchObject({ ref: 'refs', rest: 'tags/v1' });
    expect(await repository.place('tags/v1')).toMatchObject({ kind: 'branch', ref: 'tags', rest: 'v1' });
    await repository.commit('y', 'refs/tags/v1');
    expect(await repository.place('tags/v1')).toMatchObject({ kind: 'tag', ref: 'v1', rest: '' });
  });

  it('HEAD is the default branch, the commit where it is detached, and nothing before the first one', async () => {
    const repository = await Repository.create();
    expect(await repository.name('HEAD')).toBeNull();
    expect(await resolveDefault(repository)).toBeNull();
    const oid = await repository.commit('x', 'refs/heads/main');
    const other = await repository.commit('y', 'refs/heads/HEAD', 'refs/tags/HEAD');
    expect(await repository.name('HEAD')).toMatchObject({ kind: 'branch', ref: 'main', oid });
    expect(await repository.place('HEAD/a/b')).toMatchObject({ kind: 'branch', ref: 'main', oid, rest: 'a/b' });
    expect(await repository.name('refs/tags/HEAD')).toMatchObject({ kind: 'tag', ref: 'HEAD', oid: other });
    await repository.git(['update-ref', '--no-deref', 'HEAD', other]);
    expect(await repository.name('HEAD')).toMatchObject({ kind: 'commit', ref: other, oid: other });
  });

  it('that is a whole id is the commit, also where a branch begins so', async () => {
    const repository = await Repository.create();
    const oid = await repository.commit('x', 'refs/heads/main');
    const other = await repository.commit('y', `refs/heads/${oid}/f`, `refs/tags/${oid.slice(0, 8)}`);
    expect(await repository.place(`${oid}/f`)).toMatchObject({ kind: 'commit', ref: oid, oid, rest: 'f' });
    expect(await repository.name(oid.slice(0, 8))).toMatchObject({ kind: 'tag', oid: other });
    expect(await repository.name(oid.slice(0, 9))).toMatchObject({ kind: 'commit', ref: oid, oid });
    expect(await repository.name('f'.repeat(40))).toBeNull();
    expect(await repository.name(await repository.tree())).toBeNull();
  });

  it('of a tag stands for what is behind all tags, of whatever kind', async () => {
    const repository = await Repository.create();
    const oid = await repository.commit('x', 'refs/heads/main', 'refs/notes/review');
    const tree = await repository.tree();
    await repository.git(['tag', '-am', 'x', 'inner', tree]);
    await repository.git(['tag', '-am', 'x', 'outer', 'inner']);
    await repository.git(['tag', 'text', await repository.git(['hash-object', '-w', '--stdin'], 'key')]);
    await repository.git(['tag', '-am', 'x', 'release', oid]);
    expect(await repository.name('outer')).toMatchObject({ kind: 'tag', ref: 'outer', oid: tree, type: 'tree' });
    expect(await repository.name('text')).toMatchObject({ kind: 'tag', type: 'blob' });
    expect(await repository.name('release')).toMatchObject({ kind: 'tag', oid, type: 'commit' });
    expect(await repository.name('refs/notes/review')).toMatchObject({ kind: 'commit', ref: oid, oid });
  });

  it('is not read as git reads it', async () => {
    const repository = await Repository.create();
    const oid = await repository.commit('x', 'refs/heads/main', 'refs/granary/kept', 'refs/remotes/abcdef0/HEAD');
    for (const name of ['', '/', '@', 'main~0', 'main^{tree}', 'main@{0}', 'main:a', '--all', ':/x', 'm*', 'main\n'])
      expect(await repository.name(name)).toBeNull();
    // As `git describe` writes it.
    for (const name of [
      `v1-0-g${oid.slice(0, 8)}`,
      `refs/tags/v1-0-g${oid.slice(0, 8)}`,
      'refs/granary/kept',
      'abcdef0',
    ])
      expect(await repository.name(name)).toBeNull();
  });
});

describe('the address of a ref', () => {
  const PARTS = ['HEAD', 'refs', 'heads', 'tags', 'main', 'v1', 'a%2Fb', 'cpu100%', 'fix#12', 'é', 'a=b&c', 'deadbeef'];
  const part = fc.oneof(fc.constantFrom(...PARTS, 'a'.repeat(40)), fc.string({ minLength: 1, maxLength: 4 }));
  const text = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const ref = fc.record({ kind: fc.constantFrom('branch' as const, 'tag' as const), ref: text });

  /** Those that git can hold beside each other. */
  async function create(repository: Repository, names: RefName[]): Promise<Map<RefName, string>> {
    const made = new Map<RefName, string>();
    for (const name of names) {
      const oid = await repository.git(['commit-tree', '-m', `${made.size}`, await repository.tree()]);
      const update = { ref: fullRefName(name), newOid: oid, oldOid: null };
      await updateRefs(repository.home, repository.path, [update]).then(
        () => made.set(name, oid),
        () => undefined,
      );
    }
    return made;
  }

  it('leads to it, whatever else there is, with any path behind it', async () => {
    const cases = fc.array(ref, { minLength: 4, maxLength: 12 });
    const property = fc.asyncProperty(cases, text, async (names, path) => {
      const repository = await Repository.create();
      for (const [{ kind, ref }, oid] of await create(repository, names)) {
        for (const address of [refInAddress({ kind, ref }), fullRefName({ kind, ref })]) {
          expect(await repository.name(address)).toMatchObject({ kind, ref, oid });
          expect(await repository.place(address)).toMatchObject({ kind, ref, oid, rest: '' });
        }
        const found = await repository.place(`${refInAddress({ kind, ref })}/${path}`);
        // A longer ref of the same kind cannot stand below this one.
        expect(found).toMatchObject({ kind, ref, oid, rest: path });
        const commit = await repository.place(`${refInAddress({ kind: 'commit', ref: oid })}/${path}`);
        expect(commit).toMatchObject({ kind: 'commit', oid, rest: path });
      }
    });
    await fc.assert(property, { numRuns: 5 });
  });
});
