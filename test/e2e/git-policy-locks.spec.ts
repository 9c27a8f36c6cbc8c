import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { callApi, startHub, WorkTree, type Actor, type GitUser, type Hub } from '../support';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
let carol: Actor;
const overSsh: Record<string, SshActor> = {};

beforeAll(async () => {
  hub = await startHub();
  [alice, bob, mallory, carol] = (await Promise.all(
    ['alice', 'bob', 'mallory', 'carol'].map((name) => hub.actor(name)),
  )) as [Actor, Actor, Actor, Actor];
  for (const actor of [alice, bob]) overSsh[actor.name] = await SshActor.create(actor);
});

/** A repository of alice's that bob may write to and carol maintains. */
async function shared(name: string, files = { 'art/a.psd': 'one\n', 'art/b.psd': 'two\n', 'text.txt': 'text\n' }) {
  const path = `alice/${name}`;
  const tree = await WorkTree.create(alice, path, { files });
  await tree.ok('push', '-q', 'origin', 'main', 'main:topic');
  await alice.api('PUT', `/api/v3/repos/${path}/collaborators/bob`, { permission: 'push' });
  await alice.api('PUT', `/api/v3/repos/${path}/collaborators/carol`, { permission: 'maintain' });
  return path;
}

interface Lock {
  id: string;
  path: string;
  locked_at: string;
  owner: { name: string };
}

async function lfs<
  T = { message: string; lock: Lock; locks: Lock[]; ours: Lock[]; theirs: Lock[]; next_cursor?: string },
>(who: Actor | null, path: string, request: { method?: string; suffix?: string; body?: unknown } = {}) {
  return callApi<T>(hub, {
    method: request.method ?? 'GET',
    path: `/${path}.git/info/lfs/locks${request.suffix ?? ''}`,
    authorization: who && `Bearer ${who.token}`,
    body: request.body,
  });
}

const lock = (who: Actor, path: string, file: string) => lfs(who, path, { method: 'POST', body: { path: file } });

describe.each<[string, (name: 'alice' | 'bob') => GitUser]>([
  ['http', (name) => (name === 'alice' ? alice : bob)],
  ['ssh', (name) => overSsh[name] as GitUser],
])('the stock client over %s', (transport, user) => {
  it('locks, lists, is refused, and unlocks', async () => {
    const path = await shared(`stock-${transport}`);
    const [mine, theirs] = [await WorkTree.clone(user('alice'), path), await WorkTree.clone(user('bob'), path)];
    expect(await mine.ok('lfs', 'lock', 'art/a.psd')).toContain('Locked art/a.psd');
    expect(await theirs.ok('lfs', 'locks')).toMatch(/art\/a\.psd\s+alice/);
    const again = await theirs.git('lfs', 'lock', 'art/a.psd');
    expect(again.code).not.toBe(0);
    expect(again.stderr + again.stdout).toContain('locked by alice already');
    const verified = JSON.parse(await theirs.ok('lfs', 'locks', '--verify', '--json')) as { ours: []; theirs: Lock[] };
    expect(verified).toMatchObject({ ours: [], theirs: [{ path: 'art/a.psd', owner: { name: 'alice' } }] });
    const stolen = await theirs.git('lfs', 'unlock', '--force', 'art/a.psd');
    expect(stolen.code).not.toBe(0);
    expect(stolen.stderr + stolen.stdout).toContain('art/a.psd is locked by alice');
    await mine.ok('lfs', 'unlock', 'art/a.psd');
    expect(await theirs.ok('lfs', 'locks')).toBe('');
  });

  it('may be forced by who maintains the repository', async () => {
    const path = await shared(`force-${transport}`);
    await lock(bob, path, 'art/a.psd');
    const tree = await WorkTree.clone(user('alice'), path);
    expect((await tree.git('lfs', 'unlock', 'art/a.psd')).code).not.toBe(0);
    // Over SSH git-lfs keeps the word to itself; the refusal names this way round it.
    const byHttp = transport === 'ssh' ? ['-c', `lfs.url=${alice.remote(path)}/info/lfs`] : [];
    await tree.ok(...byHttp, 'lfs', 'unlock', '--force', 'art/a.psd');
    expect((await lfs(alice, path)).body.locks).toEqual([]);
  });

  it.each<[string, (tree: WorkTree) => Promise<unknown>]>([
    ['changes', (tree) => tree.commit({ 'art/a.psd': 'three\n' })],
    ['deletes', (tree) => tree.ok('rm', '-q', 'art/a.psd')],
    ['renames', (tree) => tree.ok('mv', 'art/a.psd', 'art/c.psd')],
    ['moves the directory of', (tree) => tree.ok('mv', 'art', 'pictures')],
    ['makes executable', async (tree) => chmodSync(join(tree.cwd, 'art/a.psd'), 0o755)],
    [
      'changes and changes back',
      async (tree) => {
        await tree.commit({ 'art/a.psd': 'three\n' });
        await tree.commit({ 'art/a.psd': 'one\n' });
      },
    ],
  ])('is not needed for the hub to refuse a push that %s a locked file', async (what, change) => {
    const path = await shared(`refused-${transport}-${what.replaceAll(' ', '-')}`);
    await lock(alice, path, 'art/a.psd');
    const tree = await WorkTree.clone(user('bob'), path);
    await change(tree);
    await tree.commit();
    // Without git-lfs's own hook, as another client would push.
    for (const branch of ['main', 'topic', 'new']) {
      const refused = await tree.push(`HEAD:refs/heads/${branch}`);
      expect(refused.code).not.toBe(0);
      expect(WorkTree.remoteText(refused)).toContain('art/a.psd (locked by alice)');
    }
  });
});

it('lets the owner of a lock push, and others around it', async () => {
  const path = await shared('around');
  await lock(alice, path, 'art/a.psd');
  const [mine, theirs] = [await WorkTree.clone(alice, path), await WorkTree.clone(bob, path)];
  await theirs.commit({ 'art/b.psd': 'changed\n' });
  expect((await theirs.push('main')).code).toBe(0);
  await mine.ok('pull', '-q', '--rebase');
  await mine.commit({ 'art/a.psd': 'changed\n' });
  expect((await mine.push('main')).code).toBe(0);
  // What main has already is no change of bob's, whichever branch he brings it to.
  await theirs.ok('fetch', '-q');
  await theirs.ok('checkout', '-q', '-b', 'topic', 'origin/topic');
  await theirs.commit({ 'text.txt': 'more\n' });
  await theirs.ok('merge', '-q', '--no-edit', 'origin/main');
  expect((await theirs.push('topic')).code).toBe(0);
});

it('holds where a branch moves to commits that were pushed before the lock', async () => {
  const path = await shared('before');
  const tree = await WorkTree.clone(bob, path);
  const sha = await tree.commit({ 'art/a.psd': 'changed\n' });
  await tree.ok('push', '-q', 'origin', 'HEAD:topic');
  await lock(alice, path, 'art/a.psd');
  const refused = await tree.push('HEAD:main');
  expect(refused.code).not.toBe(0);
  expect(WorkTree.remoteText(refused)).toContain('art/a.psd (locked by alice)');
  const byApi = await bob.api('PATCH', `/api/v3/repos/${path}/git/refs/heads/main`, { sha });
  expect(byApi).toMatchObject({ status: 403, body: { message: expect.stringContaining('locked by alice') } });
  expect((await alice.api('PATCH', `/api/v3/repos/${path}/git/refs/heads/main`, { sha })).status).toBe(200);
});

describe('the API of git-lfs', () => {
  it('answers 201, then 409 with the lock that stands in the way, and never uses an id twice', async () => {
    const path = await shared('codes');
    const first = await lock(alice, path, 'art/a.psd');
    expect(first).toMatchObject({ status: 201, body: { lock: { path: 'art/a.psd', owner: { name: 'alice' } } } });
    expect(first.headers.get('content-type')).toContain('application/vnd.git-lfs+json');
    expect(await lock(bob, path, 'art/a.psd')).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('alice'), lock: first.body.lock },
    });
    const { id } = first.body.lock;
    const unlock = (who: Actor, body = {}) => lfs(who, path, { method: 'POST', suffix: `/${id}/unlock`, body });
    expect((await unlock(bob)).status).toBe(403);
    expect((await unlock(bob, { force: true })).status).toBe(403);
    expect((await unlock(carol)).status).toBe(403);
    expect(await unlock(carol, { force: true })).toMatchObject({ status: 200, body: { lock: { id } } });
    expect((await unlock(alice)).status).toBe(404);
    expect((await lock(bob, path, 'art/a.psd')).body.lock.id).not.toBe(id);
  });

  it('pages, and finds by path and id', async () => {
    const path = await shared('pages');
    for (let n = 0; n < 5; n++) await lock(n % 2 ? bob : alice, path, `f${n}`);
    const page = await lfs(alice, path, { suffix: '?limit=3&refspec=refs/heads/main' });
    expect(page.body.locks.map((each) => each.path)).toEqual(['f0', 'f1', 'f2']);
    const rest = await lfs(alice, path, { suffix: `?limit=3&cursor=${page.body.next_cursor}` });
    expect(rest.body.locks.map((each) => each.path)).toEqual(['f3', 'f4']);
    expect(rest.body.next_cursor).toBeUndefined();
    expect((await lfs(alice, path, { suffix: '?path=f3' })).body.locks).toEqual([rest.body.locks[0]]);
    expect((await lfs(alice, path, { suffix: `?id=${rest.body.locks[1]?.id}` })).body.locks).toHaveLength(1);
    expect((await lfs(alice, path, { suffix: '?id=x' })).body.locks).toEqual([]);
    const verify = await lfs(bob, path, { method: 'POST', suffix: '/verify', body: { limit: 2 } });
    expect(verify).toMatchObject({ status: 200, body: { ours: [{ path: 'f1' }], theirs: [{ path: 'f0' }] } });
    expect(verify.body.next_cursor).toBeDefined();
  });

  it('refuses to lock what is no path in the repository', async () => {
    const path = await shared('paths');
    const paths = ['../a', 'a/../b', '/etc/passwd', 'a\0b', 'a//b', './a', 'a/', '.git/config', 'x'.repeat(5000)];
    for (const file of paths) {
      const { status } = await lock(alice, path, file);
      expect([file, status]).toEqual([file, 422]);
    }
  });

  it('shows mallory nothing, and lets no lock be reached through another repository', async () => {
    const path = await shared('secret');
    const { body } = await lock(alice, path, 'art/a.psd');
    expect((await lfs(mallory, path)).status).toBe(404);
    expect((await lfs(null, path)).status).toBe(401);
    expect((await lock(mallory, path, 'x')).status).toBe(404);
    const own = await mallory.createRepository('own');
    const through = { method: 'POST', suffix: `/${body.lock.id}/unlock`, body: { force: true } };
    expect((await lfs(mallory, own, through)).status).toBe(404);
    await alice.api('PATCH', `/api/v3/repos/${path}`, { private: false });
    expect((await lfs(mallory, path)).body.locks).toHaveLength(1);
    expect((await lock(mallory, path, 'x')).status).toBe(403);
    expect((await lfs(mallory, path, through)).status).toBe(403);
    expect((await lfs(alice, path)).body.locks).toHaveLength(1);
  });
});
