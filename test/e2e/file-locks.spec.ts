import { Octokit } from '@octokit/rest';
import { Client } from 'pg';
import type { AuditEntry, FileLock } from '@granary/api-contract';
import { callApi, startHub, WorkTree, type Actor, type GitUser, type Hub } from '../support';
import { startDatabase } from '../support/database';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let carol: Actor;
let rita: Actor;
let mallory: Actor;
let overSsh: SshActor;
let database: Awaited<ReturnType<typeof startDatabase>>;
let sql: Client;

beforeAll(async () => {
  database = await startDatabase();
  hub = await startHub({ env: { DATABASE_URL: database.url } });
  [alice, bob, carol, rita, mallory] = (await Promise.all(
    ['alice', 'bob', 'carol', 'rita', 'mallory'].map((name) => hub.actor(name)),
  )) as [Actor, Actor, Actor, Actor, Actor];
  overSsh = await SshActor.create(bob);
  sql = new Client({ connectionString: database.url });
  await sql.connect();
}, 120_000);

afterAll(async () => {
  await sql.end();
  await hub.destroy();
  await database.stop();
});

/** A repository of alice's: bob writes, carol maintains, rita reads. */
async function shared(name: string) {
  const path = `alice/${name}`;
  const tree = await WorkTree.create(alice, path, { files: { 'art/a.psd': 'one\n', 'art/b.psd': 'two\n' } });
  await tree.ok('push', '-q', 'origin', 'main', 'main:topic');
  for (const [who, permission] of Object.entries({ bob: 'push', carol: 'maintain', rita: 'pull' })) {
    await alice.api('PUT', `/api/v3/repos/${path}/collaborators/${who}`, { permission });
  }
  return path;
}

const api = (path: string) => `/api/v3/repos/${path}/lfs/locks`;
const lock = async (who: Actor, path: string, file: string) =>
  (await who.api<FileLock>('POST', api(path), { path: file })).body;
const list = async (who: Actor, path: string, query = '') =>
  (await who.api<FileLock[]>('GET', `${api(path)}${query}`)).body;
const audit = async (path: string, query = '') =>
  (await alice.api<AuditEntry[]>('GET', `/api/v3/repos/${path}/audit${query}`)).body;

it('serves Octokit: lock, list, read, release', async () => {
  const path = await shared('octokit');
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const octokit = new Octokit({ baseUrl: `${hub.url}/api/v3`, auth: bob.token, log });
  const at = { owner: 'alice', repo: 'octokit' };
  const LOCKS = '/repos/{owner}/{repo}/lfs/locks';
  const created = await octokit.request(`POST ${LOCKS}`, { ...at, path: 'art/a.psd', ref: 'refs/heads/topic' });
  expect(created).toMatchObject({
    status: 201,
    data: { path: 'art/a.psd', ref: 'refs/heads/topic', owner: { login: 'bob', type: 'User' }, stale: null },
  });
  const { id } = created.data as FileLock;
  await octokit.request(`POST ${LOCKS}`, { ...at, path: 'art/b.psd' });
  await lock(alice, path, 'alice-one');
  const pages = await octokit.paginate(`GET ${LOCKS}`, { ...at, per_page: 1 });
  expect((pages as FileLock[]).map((each) => each.path)).toEqual(['alice-one', 'art/b.psd', 'art/a.psd']);
  const filtered = await octokit.request(`GET ${LOCKS}?owner=bob`, { ...at, ref: 'refs/heads/topic' });
  expect(filtered.data).toEqual([created.data]);
  expect((await octokit.request(`GET ${LOCKS}/{id}`, { ...at, id })).data).toEqual(created.data);
  const again = octokit.request(`POST ${LOCKS}`, { ...at, path: 'alice-one' });
  await expect(again).rejects.toMatchObject({
    status: 409,
    response: {
      data: {
        message: 'lock already created: alice-one is locked by alice already.',
        details: { lock: { path: 'alice-one' } },
      },
    },
  });
  expect((await octokit.request(`DELETE ${LOCKS}/{id}`, { ...at, id })).status).toBe(204);
  await expect(octokit.request(`GET ${LOCKS}/{id}`, { ...at, id })).rejects.toMatchObject({ status: 404 });
  expect((await list(bob, path, '?q=ART')).map((each) => each.path)).toEqual(['art/b.psd']);
});

it('knows the same locks as git-lfs', async () => {
  const path = await shared('same');
  const tree = await WorkTree.clone(bob, path);
  await tree.ok('lfs', 'lock', 'art/a.psd');
  const [{ id } = { id: 0 }, ...others] = await list(alice, path);
  expect(others).toEqual([]);
  expect(await tree.ok('lfs', 'locks')).toMatch(new RegExp(`art/a\\.psd\\s+bob\\s+ID:${id}$`));
  expect((await list(alice, path))[0]?.ref).toBe('refs/heads/main');
  expect((await bob.api('DELETE', `${api(path)}/${id}`)).status).toBe(204);
  expect(await tree.ok('lfs', 'locks')).toBe('');
});

describe.each<[string, () => GitUser]>([
  ['http', () => bob],
  ['ssh', () => overSsh],
])('a take-over, over %s', (transport, user) => {
  it('refuses the next push of the one who held the lock, and names the new one', async () => {
    const path = await shared(`taken-${transport}`);
    const tree = await WorkTree.clone(user(), path);
    await tree.ok('lfs', 'lock', 'art/a.psd');
    await tree.commit({ 'art/a.psd': 'mine\n' });
    expect((await tree.push('main')).code).toBe(0);
    const [former = { id: 0 }] = await list(carol, path);
    const taken = await carol.api<FileLock>('PUT', `${api(path)}/${former.id}/take-over`);
    expect(taken).toMatchObject({ status: 200, body: { path: 'art/a.psd', owner: { login: 'carol' } } });
    expect(taken.body.id).not.toBe(former.id);

    await tree.commit({ 'art/a.psd': 'mine again\n' });
    // As another client would push; and as git-lfs does, whose hook asks the hub before.
    const refused = await tree.push('HEAD:main');
    expect(refused.code).not.toBe(0);
    expect(WorkTree.remoteText(refused)).toContain('art/a.psd (locked by carol)');
    await tree.ok('lfs', 'install', '--local');
    const halted = await tree.push('HEAD:main');
    expect(halted.code).not.toBe(0);
    expect(halted.stderr).toMatch(/art\/a\.psd.*carol/);

    // The id that the client remembers is nobody's, and its path is carol's.
    expect((await tree.git('lfs', 'unlock', '--id', String(former.id), '--force')).code).not.toBe(0);
    const unlocked = await tree.git('lfs', 'unlock', '--force', 'art/a.psd');
    expect(unlocked.code).not.toBe(0);
    expect(unlocked.stdout + unlocked.stderr).toContain('locked by carol');
    expect(await list(carol, path)).toEqual([taken.body]);
  });
});

it('leaves the lock alone that somebody may not take over or force', async () => {
  const path = await shared('refused');
  const { id } = await lock(alice, path, 'art/a.psd');
  const own = await lock(carol, path, 'own');
  for (const [who, status] of [
    [bob, 403],
    [rita, 403],
    [mallory, 404],
  ] as const) {
    for (const [method, suffix] of [
      ['PUT', '/take-over'],
      ['POST', '/take-over'],
      ['DELETE', '?force=true'],
      ['DELETE', ''],
    ] as const) {
      const answer = await who.api(method, `${api(path)}/${id}${suffix}`);
      expect([who.name, method, suffix, answer.status]).toEqual([who.name, method, suffix, status]);
    }
  }
  expect((await callApi(hub, { method: 'PUT', path: `${api(path)}/${id}/take-over` })).status).toBe(404);
  const forgotten = await carol.api('DELETE', `${api(path)}/${id}`);
  expect(forgotten).toMatchObject({ status: 403, body: { message: expect.stringContaining('locked by alice') } });
  expect((await carol.api('PUT', `${api(path)}/${own.id}/take-over`)).status).toBe(409);
  expect((await list(alice, path)).map(({ id: each }) => each)).toEqual([own.id, id]);
  expect((await audit(path, '?action=lfs_lock')).map(({ action }) => action)).toEqual([
    'lfs_lock.create',
    'lfs_lock.create',
  ]);
  // A token of a maintainer that says no more than "write" is a writer's.
  const { body } = await callApi<{ token: string }>(hub, {
    method: 'POST',
    path: '/api/v3/user/tokens',
    authorization: `Basic ${Buffer.from(`carol:${carol.password}`).toString('base64')}`,
    body: { name: 'narrow', scopes: ['repo:write'] },
  });
  const narrow = (method: string, suffix: string) =>
    callApi(hub, { method, path: `${api(path)}/${id}${suffix}`, authorization: `Bearer ${body.token}` });
  expect((await narrow('PUT', '/take-over')).status).toBe(403);
  expect((await narrow('DELETE', '?force=true')).status).toBe(403);
});

it('lets mallory, who owns another repository, reach no lock through it', async () => {
  const path = await shared('mine');
  const { id } = await lock(alice, path, 'art/a.psd');
  const own = await mallory.createRepository('own');
  for (const [method, suffix] of [
    ['GET', ''],
    ['PUT', '/take-over'],
    ['DELETE', '?force=true'],
  ] as const) {
    expect((await mallory.api(method, `${api(own)}/${id}${suffix}`)).status).toBe(404);
  }
  for (const odd of ['0', '-1', '1e3', `${id}x`, '99999999999', "1' OR '1'='1"]) {
    expect((await mallory.api('DELETE', `${api(own)}/${encodeURIComponent(odd)}?force=true`)).status).toBe(404);
  }
  expect(await list(alice, path)).toHaveLength(1);
  expect(await list(mallory, own)).toEqual([]);
});

it('stores nothing for what is no path, by either API', async () => {
  const path = await shared('paths');
  const paths = ['../x', 'x/../y', '/x', 'x//y', './x', 'x/', '.git/config', 'a/.git/b', 'a\0b', 'a\nb', 'a\u001b[2Jb'];
  for (const file of [...paths, 'a\u0085b', 'a\ud800', 'x'.repeat(5000), '']) {
    const rest = await bob.api('POST', api(path), { path: file });
    const lfs = await bob.api('POST', `/${path}.git/info/lfs/locks`, { path: file });
    expect([file, rest.status, lfs.status]).toEqual([file, 422, 422]);
  }
  for (const body of [
    {},
    { path: 7 },
    { path: ['x'] },
    { path: 'x', ref: 'refs/tags/v1' },
    { path: 'x', owner: 'alice' },
  ]) {
    expect((await bob.api('POST', api(path), body)).status).toBe(422);
  }
  const tree = await WorkTree.clone(bob, path);
  expect((await tree.git('lfs', 'lock', '../x')).code).not.toBe(0);
  expect((await bob.api('GET', `${api(path)}?path=${encodeURIComponent('a\0b')}`)).status).toBe(400);
  expect(await list(alice, path)).toEqual([]);
  expect(await audit(path, '?action=lfs_lock')).toEqual([]);
});

it('lets a reader look, and lock nothing', async () => {
  const path = await shared('reader');
  await lock(bob, path, 'art/a.psd');
  expect(await list(rita, path)).toHaveLength(1);
  expect((await rita.api('POST', api(path), { path: 'x' })).status).toBe(403);
  const tree = await WorkTree.clone(rita, path);
  const refused = await tree.git('lfs', 'lock', 'art/b.psd');
  expect(refused.code).not.toBe(0);
  expect(await list(rita, path)).toHaveLength(1);
});

it('follows the specification in its lists', async () => {
  const path = await shared('specification');
  for (const file of ['a', 'b', 'c']) await lock(bob, path, file);
  const lfs = async (query: string) =>
    (
      await alice.api<{ locks: { id: string; path: string; locked_at: string }[]; next_cursor?: string }>(
        'GET',
        `/${path}.git/info/lfs/locks?${query}`,
      )
    ).body;
  const all = await lfs('path=&id=&cursor=&limit=&refspec=');
  expect(all.locks.map((each) => each.path)).toEqual(['a', 'b', 'c']);
  // "uppercase RFC 3339-formatted string with second precision"
  for (const each of all.locks) expect(each.locked_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const first = await lfs('limit=2');
  expect(first.locks).toHaveLength(2);
  expect((await lfs(`limit=2&cursor=${first.next_cursor}`)).locks).toEqual([all.locks[2]]);
  expect((await lfs(`id=${all.locks[1]?.id}&path=b`)).locks).toEqual([all.locks[1]]);
  expect((await lfs(`id=${all.locks[1]?.id}&path=a`)).locks).toEqual([]);
  // Locks hold on every branch, so each is found from each.
  expect((await lfs('refspec=refs%2Fheads%2Fsomewhere')).locks).toHaveLength(3);
  expect((await lfs('cursor=nonsense')).locks).toHaveLength(3);
});

it('hints at locks that look forgotten, and at none that is alive', async () => {
  const path = await shared('stale');
  const [tree, theirs] = [await WorkTree.clone(bob, path), await WorkTree.clone(carol, path, '-b', 'topic')];
  const first = await lock(bob, path, 'art/a.psd');
  const nowhere = await lock(bob, path, 'art/nowhere.psd');
  const onTopic = await lock(carol, path, 'only-on-topic');
  const stale = async () =>
    Object.fromEntries((await list(alice, path)).map((each) => [each.path, each.stale?.reason ?? null]));
  const none = { 'art/a.psd': null, 'art/nowhere.psd': null, 'only-on-topic': null };
  expect(await stale()).toEqual(none);

  const age = async (days: number) => {
    for (const { id } of [first, nowhere, onTopic]) {
      await sql.query(`UPDATE lfs_locks SET locked_at = now() - make_interval(days => $2) WHERE id = $1`, [id, days]);
    }
  };
  await age(2);
  expect(await stale()).toEqual({ ...none, 'art/nowhere.psd': 'missing', 'only-on-topic': 'missing' });
  await age(40);
  expect(await stale()).toMatchObject({ 'art/a.psd': 'idle' });
  // Whatever they push shows that their owners are there; and a file on any branch is there.
  await tree.commit({ 'text.txt': 'more\n' });
  await tree.ok('push', '-q', 'origin', 'main');
  await theirs.commit({ 'only-on-topic': 'x\n' });
  await theirs.ok('push', '-q', 'origin', 'topic');
  expect(await stale()).toEqual({ ...none, 'art/nowhere.psd': 'missing' });
  await alice.api('DELETE', `/api/v3/repos/${path}/collaborators/bob`);
  expect(await stale()).toMatchObject({ 'art/a.psd': 'no_access', 'art/nowhere.psd': 'no_access' });
  expect((await list(alice, path, '?path=art/a.psd'))[0]?.stale?.message).toBe('bob may not write here any more.');
});

describe('the audit log', () => {
  it('tells of locks by either API, by whom and on whose', async () => {
    const path = await shared('audited');
    const tree = await WorkTree.clone(bob, path);
    await tree.ok('lfs', 'lock', 'art/a.psd');
    await tree.ok('lfs', 'unlock', 'art/a.psd');
    const forced = await lock(bob, path, 'art/a.psd');
    await carol.api('DELETE', `${api(path)}/${forced.id}?force=true`);
    const taken = await lock(bob, path, 'art/b.psd');
    const now = await carol.api<FileLock>('POST', `${api(path)}/${taken.id}/take-over`);
    expect(await audit(path, '?action=lfs_lock.')).toMatchObject([
      {
        action: 'lfs_lock.take_over',
        actor: { login: 'carol' },
        target: 'art/b.psd',
        details: { id: now.body.id, previous_id: taken.id, previous_owner: 'bob' },
      },
      { action: 'lfs_lock.create', actor: { login: 'bob' }, via: 'token', address: null },
      { action: 'lfs_lock.force_release', actor: { login: 'carol' }, details: { owner: 'bob' } },
      { action: 'lfs_lock.create' },
      { action: 'lfs_lock.release', actor: { login: 'bob' }, repository: { full_name: path } },
      { action: 'lfs_lock.create', target: 'art/a.psd' },
    ]);
    expect(await audit(path, '?action=lfs_lock.force')).toHaveLength(1);
  });

  it('pages, and is for admins alone', async () => {
    const path = await shared('paged');
    for (const file of ['a', 'b', 'c']) await lock(alice, path, file);
    const octokit = new Octokit({ baseUrl: `${hub.url}/api/v3`, auth: alice.token });
    const at = { owner: 'alice', repo: 'paged', per_page: 2 };
    const all = (await octokit.paginate('GET /repos/{owner}/{repo}/audit', at)) as AuditEntry[];
    expect(all.map(({ action }) => action)).toEqual([
      ...['lfs_lock.create', 'lfs_lock.create', 'lfs_lock.create'],
      ...['collaborator.set', 'collaborator.set', 'collaborator.set'],
      'repository.create',
    ]);
    expect(all[3]).toMatchObject({ target: 'rita', details: { role: 'read', previous_role: null } });
    const status = async (who: Actor | null) =>
      (
        await callApi(hub, {
          method: 'GET',
          path: `/api/v3/repos/${path}/audit`,
          authorization: who && `Bearer ${who.token}`,
        })
      ).status;
    expect(await Promise.all([alice, carol, bob, rita, mallory, null].map(status))).toEqual([
      200, 403, 403, 403, 404, 404,
    ]);
    expect((await alice.api('GET', `/api/v3/repos/${path}/audit?action=%25`)).status).toBe(422);
  });

  it('keeps the whole story for the site, also of what is gone, with addresses', async () => {
    const path = await shared('gone');
    await alice.api('PATCH', `/api/v3/repos/${path}`, { name: 'gone-2', private: false });
    await alice.api('DELETE', '/api/v3/repos/alice/gone-2');
    const { login, password } = hub.admin;
    const authorization = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
    const answer = await callApi<AuditEntry[]>(hub, {
      method: 'GET',
      path: '/api/v3/admin/audit?action=repository.&per_page=3',
      authorization,
    });
    expect(answer.body).toMatchObject([
      { action: 'repository.delete', target: 'alice/gone-2', actor: { login: 'alice' }, address: '127.0.0.1' },
      { action: 'repository.rename', repository: { full_name: path }, details: { to: 'gone-2' } },
      { action: 'repository.visibility', details: { from: 'private', to: 'public' } },
    ]);
    expect((await alice.api('GET', '/api/v3/admin/audit')).status).toBe(403);
    // A repository that takes the name does not take the story.
    await alice.createRepository('gone');
    expect((await audit(path)).map(({ action }) => action)).toEqual(['repository.create']);
  });
});
