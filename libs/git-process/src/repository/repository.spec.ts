import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { runGit } from '../process/run-git';
import { createFixture, type Fixture } from '../testing/fixture';
import { listRefs, updateRefs } from './refs';
import { initRepository, readHead, setHead, type ObjectFormat } from './repository';

let fixture: Fixture;
beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());

const IDENTITY = {
  GIT_AUTHOR_NAME: 'Ada',
  GIT_AUTHOR_EMAIL: 'ada@example.com',
  GIT_COMMITTER_NAME: 'Ada',
  GIT_COMMITTER_EMAIL: 'ada@example.com',
};

async function git(repositoryPath: string, args: string[], stdin = ''): Promise<string> {
  const { stdout } = await runGit(fixture.home, { repositoryPath, args, stdin, env: IDENTITY });
  return stdout.toString().trim();
}

async function commit(repositoryPath: string, message: string): Promise<string> {
  const tree = await git(repositoryPath, ['mktree']);
  return git(repositoryPath, ['commit-tree', '-m', message, tree]);
}

describe.each<[ObjectFormat, number]>([
  ['sha1', 40],
  ['sha256', 64],
])('a %s repository', (objectFormat, hexLength) => {
  let path: string;
  let first: string;
  let second: string;

  beforeAll(async () => {
    path = await fixture.repository(objectFormat, objectFormat);
    first = await commit(path, 'first');
    second = await commit(path, 'second');
  });

  it('is bare, of its format, without hooks, and leaves no temporary directory', async () => {
    expect(await git(path, ['rev-parse', '--is-bare-repository', '--show-object-format'])).toBe(
      `true\n${objectFormat}`,
    );
    expect((await readdir(path)).sort()).toEqual(['HEAD', 'config', 'objects', 'refs']);
    expect((await readdir(dirname(path))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(first).toHaveLength(hexLength);
  });

  it('is not created over another', async () => {
    const again = initRepository(fixture.home, path, { objectFormat, defaultBranch: 'main' });
    await expect(again).rejects.toMatchObject({ code: 'conflict' });
    expect((await readdir(dirname(path))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('has a HEAD that may name a branch which does not exist yet', async () => {
    expect(await readHead(fixture.home, path)).toEqual({ ref: 'refs/heads/main', oid: null });
    await setHead(fixture.home, path, 'refs/heads/trunk');
    await updateRefs(fixture.home, path, [{ ref: 'refs/heads/trunk', newOid: first, oldOid: null }]);
    expect(await readHead(fixture.home, path)).toEqual({ ref: 'refs/heads/trunk', oid: first });
    for (const name of ['refs/tags/v1', 'refs/heads/a..b']) {
      await expect(setHead(fixture.home, path, name)).rejects.toMatchObject({ code: 'invalid' });
    }
    const odd = initRepository(fixture.home, `${path}-odd`, { objectFormat, defaultBranch: 'a b' });
    await expect(odd).rejects.toMatchObject({ code: 'invalid' });
  });

  it('lists refs by prefix, with peeled tags, up to a limit', async () => {
    await git(path, ['tag', '-a', '-m', 'one', 'v1', first]);
    await git(path, ['tag', 'light', first]);
    const tag = await git(path, ['rev-parse', 'refs/tags/v1']);
    expect(await listRefs(fixture.home, path, { patterns: ['refs/tags/'] })).toEqual([
      { name: 'refs/tags/light', oid: first, objectType: 'commit', peeledOid: null },
      { name: 'refs/tags/v1', oid: tag, objectType: 'tag', peeledOid: first },
    ]);
    expect(await listRefs(fixture.home, path, { limit: 1 })).toHaveLength(1);
  });

  it('creates, moves and deletes refs in one transaction', async () => {
    await updateRefs(fixture.home, path, [
      { ref: 'refs/heads/a', newOid: first, oldOid: null },
      { ref: 'refs/heads/b', newOid: first },
    ]);
    await updateRefs(fixture.home, path, [
      { ref: 'refs/heads/a', newOid: second, oldOid: first },
      { ref: 'refs/heads/b', newOid: null, oldOid: first },
      { ref: 'refs/heads/c', newOid: null, oldOid: null },
    ]);
    const names = (await listRefs(fixture.home, path, { patterns: ['refs/heads/'] })).map(({ name, oid }) => [
      name,
      oid,
    ]);
    expect(names).toContainEqual(['refs/heads/a', second]);
    expect(names.flat()).not.toContain('refs/heads/b');
  });

  it.each<[string, { ref: string; newOid: 'first' | null; oldOid?: 'second' | null }]>([
    ['another value', { ref: 'refs/heads/held', newOid: 'first', oldOid: 'second' }],
    ['a ref that must not exist', { ref: 'refs/heads/held', newOid: 'first', oldOid: null }],
    ['a delete of another value', { ref: 'refs/heads/held', newOid: null, oldOid: 'second' }],
    ['a name under an existing one', { ref: 'refs/heads/held/below', newOid: 'first', oldOid: null }],
  ])('changes nothing and reports a conflict: %s', async (_case, update) => {
    await updateRefs(fixture.home, path, [{ ref: 'refs/heads/held', newOid: first }]);
    const before = await listRefs(fixture.home, path);
    const oids = { first, second };
    const conflicting = {
      ref: update.ref,
      newOid: update.newOid && oids[update.newOid],
      oldOid: update.oldOid && oids[update.oldOid],
    };
    const result = updateRefs(fixture.home, path, [{ ref: 'refs/heads/other', newOid: second }, conflicting]);
    await expect(result).rejects.toMatchObject({
      code: 'conflict',
      message: expect.not.stringContaining(fixture.directory),
    });
    expect(await listRefs(fixture.home, path)).toEqual(before);
  });

  it.each([
    ['a name with a space', 'refs/heads/a b', () => first],
    ['a name with two dots', 'refs/heads/a..b', () => first],
    ['a name with a NUL', 'refs/heads/a\0delete refs/heads/held\0', () => first],
    ['an id that is none', 'refs/heads/new', () => 'zzz'],
    ['an object that is absent', 'refs/heads/new', () => 'a'.repeat(hexLength)],
  ])('refuses %s', async (_case, ref, oid) => {
    await expect(updateRefs(fixture.home, path, [{ ref, newOid: oid() }])).rejects.toMatchObject({ code: 'invalid' });
  });
});
