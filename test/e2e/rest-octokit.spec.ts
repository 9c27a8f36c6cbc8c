import { Octokit } from '@octokit/rest';
import { startHub, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let bob: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob] = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
});

const octokit = (actor?: Actor) =>
  new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: actor?.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });

it('knows who it is', async () => {
  const { data } = await octokit(alice).users.getAuthenticated();
  expect(data).toMatchObject({ login: 'alice', email: 'alice@example.com', type: 'User' });
  expect((await octokit().users.getByUsername({ username: 'alice' })).data).toMatchObject({
    login: 'alice',
    email: null,
  });
});

it('creates, reads, changes, renames and deletes a repository', async () => {
  const api = octokit(alice);
  const created = await api.repos.createForAuthenticatedUser({
    name: 'one',
    description: 'first',
    private: true,
    auto_init: true,
  });
  expect(created.data).toMatchObject({ full_name: 'alice/one', private: true, default_branch: 'main' });
  const at = { owner: 'alice', repo: 'one' };
  expect((await api.repos.listBranches(at)).data).toEqual([
    expect.objectContaining({ name: 'main', protected: false }),
  ]);
  await api.repos.update({ ...at, description: 'second', private: false });
  expect((await octokit().repos.get(at)).data).toMatchObject({ description: 'second', visibility: 'public' });
  await api.repos.update({ ...at, name: 'uno' });
  expect((await api.repos.get(at)).data).toMatchObject({ full_name: 'alice/uno' });
  await api.repos.delete({ owner: 'alice', repo: 'uno' });
  await expect(api.repos.get({ owner: 'alice', repo: 'uno' })).rejects.toMatchObject({ status: 404 });
});

it('brings a deleted repository back, and not over a new one of its name', async () => {
  const path = await alice.createRepository('phoenix');
  await alice.api('DELETE', `/api/v3/repos/${path}`);
  const { body } = await alice.api<{ id: number; full_name: string }[]>('GET', '/api/web/deleted-repositories');
  const { id } = body.find(({ full_name }) => full_name === path) ?? { id: 0 };
  expect((await bob.api('POST', `/api/web/deleted-repositories/${id}/restore`)).status).toBe(404);
  await alice.createRepository('phoenix');
  expect((await alice.api('POST', `/api/web/deleted-repositories/${id}/restore`)).status).toBe(409);
  await alice.api('PATCH', `/api/v3/repos/${path}`, { name: 'younger' });
  expect((await alice.api('POST', `/api/web/deleted-repositories/${id}/restore`)).status).toBe(204);
  expect((await alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`)).body.id).toBe(id);
});

it('pages through lists by Link', async () => {
  for (let n = 0; n < 7; n++) await bob.createRepository(`many-${n}`);
  const all = await octokit(bob).paginate('GET /user/repos', { per_page: 3 });
  expect(all.map(({ name }) => name).filter((name) => name.startsWith('many-'))).toHaveLength(7);
});

it('sets and removes collaborators', async () => {
  await alice.createRepository('team');
  const at = { owner: 'alice', repo: 'team' };
  await expect(octokit(bob).repos.get(at)).rejects.toMatchObject({ status: 404 });
  await octokit(alice).repos.addCollaborator({ ...at, username: 'bob', permission: 'pull' });
  expect((await octokit(bob).repos.get(at)).data.permissions).toMatchObject({ pull: true, push: false, admin: false });
  await expect(octokit(bob).repos.update({ ...at, description: 'x' })).rejects.toMatchObject({ status: 403 });
  await octokit(alice).repos.removeCollaborator({ ...at, username: 'bob' });
  await expect(octokit(bob).repos.get(at)).rejects.toMatchObject({ status: 404 });
});

it('shows each viewer only what it may read', async () => {
  const visibilities = ['public', 'internal', 'private'] as const;
  for (const visibility of visibilities) await alice.createRepository(`seen-${visibility}`, { visibility });
  const seen = async (actor?: Actor) => {
    const { data } = await octokit(actor).search.repos({ q: 'seen-' });
    return data.items.map(({ name }) => name.slice(5)).sort();
  };
  expect(await seen()).toEqual(['public']);
  expect(await seen(bob)).toEqual(['internal', 'public']);
  expect(await seen(alice)).toEqual(['internal', 'private', 'public']);
});

it.each([
  [{ name: 'a/b' }, 'name'],
  [{ name: '..' }, 'name'],
  [{ name: 'x.git' }, 'name'],
  [{ name: 'ok', private: true, visibility: 'public' }, 'visibility'],
  [{ name: 'ok', default_branch: 'a..b' }, 'default_branch'],
  [{}, 'name'],
])("refuses %j in GitHub's way", async (wish, field) => {
  const answer = await alice.api('POST', '/api/v3/user/repos', wish);
  expect(answer).toMatchObject({ status: 422, body: { message: expect.any(String), errors: [{ field }] } });
});

it('refuses a name that is taken, in any case', async () => {
  await alice.createRepository('Taken');
  const again = await alice.api('POST', '/api/v3/user/repos', { name: 'tAKEN' });
  expect(again).toMatchObject({ status: 422, body: { errors: [{ field: 'name', code: 'already_exists' }] } });
});

it.each([
  ['an oversized body', { body: JSON.stringify({ name: 'x'.repeat(2_000_000) }) }, 413],
  ['broken JSON', { body: '{' }, 400],
])('answers %s with a clear error', async (_what, init, status) => {
  const headers = { authorization: `Bearer ${alice.token}`, 'content-type': 'application/json' };
  const answer = await fetch(`${hub.url}/api/v3/user/repos`, { method: 'POST', headers, ...init });
  expect(answer.status).toBe(status);
  expect(await answer.json()).toEqual(expect.objectContaining({ message: expect.any(String) }));
});

it('answers an unknown route in JSON, and names no framework', async () => {
  const answer = await alice.api('GET', '/api/v3/no/such/thing');
  expect(answer).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  expect(answer.headers.get('x-powered-by')).toBeNull();
});
