import { Octokit } from '@octokit/rest';
import { startHub, WorkTree, type Actor, type GitUser, type Hub } from '../support';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
const users: Record<'http' | 'ssh', Record<string, GitUser>> = { http: {}, ssh: {} };

beforeAll(async () => {
  hub = await startHub();
  [alice, bob, mallory] = (await Promise.all(['alice', 'bob', 'mallory'].map((name) => hub.actor(name)))) as [
    Actor,
    Actor,
    Actor,
  ];
  for (const actor of [alice, bob, mallory]) {
    users.http[actor.name] = actor;
    users.ssh[actor.name] = await SshActor.create(actor);
  }
});

const user = (transport: 'http' | 'ssh', name: string) => users[transport][name] as GitUser;
const octokit = ({ token }: Actor) =>
  new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
const protections = (path: string) => `/api/v3/repos/${path}/protections`;

/** A repository of alice's with a pushed main; bob is its maintainer, mallory may write. */
async function shared(name: string): Promise<{ path: string; main: string }> {
  const path = `alice/${name}`;
  const tree = await WorkTree.create(alice, path);
  await tree.ok('push', '-q', 'origin', 'main', 'main:topic');
  for (const [who, permission] of Object.entries({ bob: 'maintain', mallory: 'push' })) {
    await alice.api('PUT', `/api/v3/repos/${path}/collaborators/${who}`, { permission });
  }
  return { path, main: await tree.ok('rev-parse', 'HEAD') };
}

async function tipOf(path: string, ref = 'heads/main'): Promise<string | undefined> {
  const { body } = await alice.api<{ object?: { sha: string } }>('GET', `/api/v3/repos/${path}/git/ref/${ref}`);
  return body.object?.sha;
}

describe.each(['http', 'ssh'] as const)('over %s', (transport) => {
  it('keeps a protected branch from writers, and lets maintainers push', async () => {
    const { path, main } = await shared(`guarded-${transport}`);
    await alice.api('POST', protections(path), { pattern: 'main' });
    const theirs = await WorkTree.clone(user(transport, 'mallory'), path);
    const commit = await theirs.commit({ a: 'a\n' });
    const refused = await theirs.push('main', 'main:refs/heads/mine');
    expect(refused.code).not.toBe(0);
    expect(WorkTree.remoteText(refused)).toContain('main is a protected branch (main): you may not push to it.');
    expect(WorkTree.remoteText(refused)).toContain('git push origin HEAD:<name>');
    expect(await tipOf(path)).toBe(main);
    expect(await tipOf(path, 'heads/mine')).toBe(commit);
    expect((await theirs.push('--atomic', 'main', 'main:refs/heads/whole')).code).not.toBe(0);
    expect([await tipOf(path), await tipOf(path, 'heads/whole')]).toEqual([main, undefined]);
    const maintained = await WorkTree.clone(user(transport, 'bob'), path);
    await maintained.ok('merge', '-q', '--ff-only', 'origin/mine');
    expect((await maintained.push('main')).code).toBe(0);
    expect(await tipOf(path)).toBe(commit);
  });

  it('refuses force and deletion to maintainer and owner alike, until the protection names them', async () => {
    const { path } = await shared(`forced-${transport}`);
    const { body } = await alice.api<{ id: number }>('POST', protections(path), { pattern: 'top*' });
    const tree = await WorkTree.clone(user(transport, 'alice'), path);
    await tree.ok('commit', '-q', '--amend', '-m', 'another');
    const forced = await tree.push('--force', 'main:topic');
    expect(WorkTree.remoteText(forced)).toContain('topic is a protected branch (top*): it may not be force-pushed.');
    const deleted = await tree.push(':topic');
    expect(WorkTree.remoteText(deleted)).toContain('you may not delete it');
    await alice.api('PATCH', `${protections(path)}/${body.id}`, { force_push: { role: null, users: ['alice'] } });
    expect((await tree.push('--force', 'main:topic')).code).toBe(0);
    expect((await tree.push(':topic')).code).not.toBe(0);
    await alice.api('PATCH', `${protections(path)}/${body.id}`, { enforce_admins: false });
    expect((await tree.push(':topic')).code).toBe(0);
  });

  it('protects tags by pattern: made by whom it names, replaced by nobody', async () => {
    const { path } = await shared(`tags-${transport}`);
    await alice.api('POST', protections(path), { kind: 'tag', pattern: 'v*', push: { role: null, users: ['bob'] } });
    const theirs = await WorkTree.clone(user(transport, 'mallory'), path);
    await theirs.ok('tag', 'v1');
    await theirs.ok('tag', 'w1');
    expect(WorkTree.remoteText(await theirs.push('v1'))).toContain('v1 is a protected tag (v*)');
    expect((await theirs.push('w1')).code).toBe(0);
    const named = await WorkTree.clone(user(transport, 'bob'), path);
    await named.ok('tag', 'v1');
    expect((await named.push('v1')).code).toBe(0);
    await named.commit();
    await named.ok('tag', '-f', 'v1');
    expect(WorkTree.remoteText(await named.push('-f', 'v1'))).toContain('it may not be replaced');
  });

  it('asks for a line where the protection does', async () => {
    const { path } = await shared(`line-${transport}`);
    await alice.api('POST', protections(path), { pattern: 'main', require_linear_history: true });
    const tree = await WorkTree.clone(user(transport, 'bob'), path);
    await tree.ok('checkout', '-q', '-b', 'side');
    await tree.commit({ side: 'side\n' });
    await tree.ok('checkout', '-q', 'main');
    await tree.commit({ other: 'other\n' });
    await tree.ok('merge', '-q', '--no-edit', 'side');
    expect(WorkTree.remoteText(await tree.push('main'))).toContain('main takes no merge commits');
    expect((await tree.push('main:refs/heads/merged')).code).toBe(0);
    await tree.ok('rebase', '-q', 'origin/main');
    expect((await tree.push('main')).code).toBe(0);
  });

  it.each([
    ['refs/replace/1111111111111111111111111111111111111111', 'replace'],
    ['refs/heads/0123456789012345678901234567890123456789', 'looks like a commit id'],
    ['refs/heads/HEAD', 'already means the default branch'],
    ['refs/heads/Topic', 'differs from refs/heads/topic only in case'],
    ['refs/pull/1/head', 'hidden|belongs to the hub'],
    ['refs/anything/else', 'only branches'],
  ])('refuses %s', async (ref, reason) => {
    const { path, main } = await shared(`names-${transport}-${ref.replace(/\W/g, '-').slice(0, 30)}`.toLowerCase());
    const tree = await WorkTree.clone(user(transport, 'mallory'), path);
    const refused = await tree.push(`HEAD:${ref}`);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(new RegExp(reason));
    const there = await tree.ok('ls-remote', 'origin');
    expect(there.split('\n').map((line) => line.split('\t')[1])).toEqual([
      'HEAD',
      'refs/heads/main',
      'refs/heads/topic',
    ]);
    expect(await tipOf(path)).toBe(main);
  });

  it('keeps the default branch from deletion, and tells every reason at once', async () => {
    const { path } = await shared(`all-${transport}`);
    await alice.api('POST', protections(path), { pattern: 'topic' });
    const tree = await WorkTree.clone(user(transport, 'mallory'), path);
    await tree.commit({ a: 'a\n' });
    const refused = await tree.push(':main', 'HEAD:topic', 'HEAD:refs/heads/HEAD');
    const text = WorkTree.remoteText(refused);
    expect(text).toContain('main is the default branch and cannot be deleted');
    expect(text).toContain('topic is a protected branch');
    expect(text).toContain('HEAD already means the default branch');
  });
});

describe('over the API', () => {
  const refs = (path: string) => `/api/v3/repos/${path}/git/refs`;

  it('creates, moves and deletes refs as Octokit does', async () => {
    const { path, main } = await shared('api-refs');
    const api = octokit(mallory);
    const at = { owner: 'alice', repo: 'api-refs' };
    const created = await api.git.createRef({ ...at, ref: 'refs/heads/a/b', sha: main });
    expect(created.data).toMatchObject({ ref: 'refs/heads/a/b', object: { type: 'commit', sha: main } });
    const tree = await WorkTree.clone(mallory, path);
    const next = await tree.commit({ next: 'next\n' });
    await tree.ok('push', '-q', 'origin', 'HEAD:refs/heads/next');
    await api.git.updateRef({ ...at, ref: 'heads/a/b', sha: next });
    expect((await api.git.getRef({ ...at, ref: 'heads/a/b' })).data.object.sha).toBe(next);
    await expect(api.git.updateRef({ ...at, ref: 'heads/a/b', sha: main })).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining('Update is not a fast forward'),
    });
    await api.git.updateRef({ ...at, ref: 'heads/a/b', sha: main, force: true });
    const matching = await api.git.listMatchingRefs({ ...at, ref: 'heads/a' });
    expect(matching.data.map(({ ref }) => ref)).toEqual(['refs/heads/a/b']);
    await api.git.deleteRef({ ...at, ref: 'heads/a/b' });
    await expect(api.git.getRef({ ...at, ref: 'heads/a/b' })).rejects.toMatchObject({ status: 404 });
  });

  it.each([
    ['a ref that exists', 'POST', '', { ref: 'refs/heads/topic' }, 422],
    ['a short name', 'POST', '', { ref: 'short' }, 422],
    ['an object that is not there', 'POST', '', { ref: 'refs/heads/x', sha: '1'.repeat(40) }, 422],
    ['refs/replace', 'POST', '', { ref: `refs/replace/${'1'.repeat(40)}` }, 403],
    ['a branch like a commit id', 'POST', '', { ref: `refs/heads/${'1'.repeat(40)}` }, 403],
    ['a name that git forbids', 'POST', '', { ref: 'refs/heads/a..b' }, 403],
    ['a protected branch', 'PATCH', '/heads/main', {}, 403],
    ['force on a protected branch', 'PATCH', '/heads/main', { force: true }, 403],
    ['the default branch gone', 'DELETE', '/heads/main', undefined, 403],
    ['a ref that is not there', 'PATCH', '/heads/nowhere', {}, 422],
    ['a name with a NUL', 'DELETE', '/heads/%00', undefined, 422],
  ])('refuses %s to mallory', async (what, method, suffix, wanted, status) => {
    const { path, main } = await shared(`api-${what.replaceAll(' ', '-').replace('/', '-')}`.toLowerCase());
    await alice.api('POST', protections(path), { pattern: 'main' });
    const tree = await WorkTree.clone(mallory, path);
    const sha = await tree.commit({ a: 'a\n' });
    await tree.ok('push', '-q', 'origin', 'HEAD:refs/heads/mine');
    const answer = await mallory.api(method, refs(path) + suffix, wanted && { sha, ...wanted });
    expect(answer).toMatchObject({ status, body: { message: expect.any(String) } });
    expect(await tipOf(path)).toBe(main);
  });

  it('is for those who may write, and sees nothing of a private repository otherwise', async () => {
    const { main } = await shared('api-private');
    await alice.api('DELETE', '/api/v3/repos/alice/api-private/collaborators/mallory');
    const answer = await mallory.api('POST', refs('alice/api-private'), { ref: 'refs/heads/x', sha: main });
    expect(answer.status).toBe(404);
  });

  it('records what it moves as a push does', async () => {
    const { path, main } = await shared('api-events');
    const pushedAt = async () =>
      (await alice.api<{ pushed_at: string }>('GET', `/api/v3/repos/${path}`)).body.pushed_at;
    const before = await pushedAt();
    expect((await alice.api('POST', refs(path), { ref: 'refs/tags/v1', sha: main })).status).toBe(201);
    expect(Date.parse(await pushedAt())).toBeGreaterThan(Date.parse(before));
    expect((await alice.api('GET', `/api/v3/repos/${path}/tags`)).body).toMatchObject([{ name: 'v1' }]);
  });

  it('has no default branch that does not exist, unless the repository is empty', async () => {
    const { path } = await shared('heads');
    const to = (default_branch: string, at = path) => alice.api('PATCH', `/api/v3/repos/${at}`, { default_branch });
    expect(await to('nowhere')).toMatchObject({ status: 422, body: { errors: [{ field: 'default_branch' }] } });
    expect(await to('topic')).toMatchObject({ status: 200, body: { default_branch: 'topic' } });
    expect((await alice.api('DELETE', `${refs(path)}/heads/main`)).status).toBe(204);
    expect((await alice.api('DELETE', `${refs(path)}/heads/topic`)).status).toBe(403);
    await alice.createRepository('blank');
    expect((await to('trunk', 'alice/blank')).status).toBe(200);
  });
});

describe('the settings', () => {
  it('speak GitHub to Octokit', async () => {
    const { path } = await shared('github');
    const api = octokit(alice);
    const at = { owner: 'alice', repo: 'github', branch: 'main' };
    await expect(api.repos.getBranchProtection(at)).rejects.toMatchObject({ status: 404 });
    const wanted = { required_status_checks: null, required_pull_request_reviews: null, enforce_admins: true } as const;
    await api.repos.updateBranchProtection({
      ...at,
      ...wanted,
      restrictions: { users: ['bob'], teams: [] },
      required_linear_history: true,
      allow_force_pushes: true,
    });
    const { data } = await api.repos.getBranchProtection(at);
    expect(data).toMatchObject({
      enforce_admins: { enabled: true },
      required_linear_history: { enabled: true },
      allow_force_pushes: { enabled: true },
      allow_deletions: { enabled: false },
      restrictions: { users: [{ login: 'bob' }], teams: [], apps: [] },
    });
    expect((await api.repos.getBranch(at)).data).toMatchObject({ name: 'main', protected: true });
    const { data: branches } = await api.repos.listBranches(at);
    expect(branches.map((branch) => [branch.name, branch.protected])).toEqual([
      ['main', true],
      ['topic', false],
    ]);
    const tree = await WorkTree.clone(alice, path);
    await tree.commit();
    expect((await tree.push('main')).stderr).toContain('you may not push');
    await api.repos.updateBranchProtection({ ...at, ...wanted, restrictions: null });
    expect((await tree.push('main')).code).toBe(0);
    await api.repos.deleteBranchProtection(at);
    expect((await api.repos.getBranch(at)).data.protected).toBe(false);
  });

  it('promise nothing that the hub does not do', async () => {
    const { path } = await shared('promises');
    const answer = await alice.api('PUT', `/api/v3/repos/${path}/branches/main/protection`, {
      required_pull_request_reviews: { required_approving_review_count: 1 },
    });
    expect(answer.status).toBe(422);
  });

  it('are read by maintainers and changed by admins, in their own repository', async () => {
    const { path } = await shared('roles');
    const other = await shared('roles-2');
    const { body } = await alice.api<{ id: number }>('POST', protections(path), { pattern: 'x' });
    const push = `/api/v3/repos/${path}/push-rules`;
    for (const [who, read, write] of [
      [bob, 200, 403],
      [mallory, 403, 403],
    ] as const) {
      expect((await who.api('GET', protections(path))).status).toBe(read);
      expect((await who.api('GET', push)).status).toBe(read);
      expect((await who.api('PATCH', push, { secret_scanning: 'off' })).status).toBe(write);
      expect((await who.api('DELETE', `${protections(path)}/${body.id}`)).status).toBe(write);
      expect((await who.api('PUT', `/api/v3/repos/${path}/branches/main/protection`, {})).status).toBe(write);
    }
    expect((await alice.api('DELETE', `${protections(other.path)}/${body.id}`)).status).toBe(404);
    expect((await alice.api('PATCH', push, { max_file_size_bytes: -1 })).status).toBe(422);
    expect((await alice.api('DELETE', `${protections(path)}/${body.id}`)).status).toBe(204);
  });
});
