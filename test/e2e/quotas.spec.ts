import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LfsUsage, NamespaceQuota, UpdateQuota } from '@granary/api-contract';
import { Octokit } from '@octokit/rest';
import { callApi, run, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { ROOT } from '../support/hub-process';
import { SshActor } from '../support/ssh';

const KIB = 1024;
const LFS_JSON = 'application/vnd.git-lfs+json';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
let root: Actor;

beforeAll(async () => {
  hub = await startHub({ env: { GRANARY_DEFAULT_LFS_PUBLIC: '2MiB' } });
  [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
  root = await hub.actor('root-admin', { siteAdmin: true, scopes: ['admin', 'repo:admin'] });
});

const setLimits = async (namespace: string, limits: UpdateQuota) => {
  const { status, body } = await root.api<NamespaceQuota>('PUT', `/api/v3/namespaces/${namespace}/quota`, limits);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
};
const quotaOf = async (actor: Actor) =>
  (await actor.api<NamespaceQuota>('GET', `/api/v3/namespaces/${actor.name}/quota`)).body;

/** A work tree whose `*.bin` are in LFS; the hub creates the repository by the first push. */
async function lfsTree(actor: Actor, path: string, files: Record<string, Buffer>): Promise<string> {
  const cwd = join(workspace('quota'), 'tree');
  mkdirSync(cwd);
  await actor.gitOk(['init', '-q'], { cwd });
  await actor.gitOk(['lfs', 'install', '--local'], { cwd });
  await actor.gitOk(['lfs', 'track', '*.bin'], { cwd });
  await actor.gitOk(['remote', 'add', 'origin', actor.remote(path)], { cwd });
  await commit(actor, cwd, files);
  return cwd;
}

async function commit(actor: Actor, cwd: string, files: Record<string, Buffer>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), bytes);
  }
  await actor.gitOk(['add', '-A'], { cwd });
  await actor.gitOk(['commit', '-q', '-m', 'files'], { cwd });
}

const CLONE = { theirs: '' };

it('tells the user of git push, and of git lfs push, who uses what and whom to ask', async () => {
  const models = await lfsTree(alice, 'alice/models', { 'a.bin': randomBytes(700 * KIB) });
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd: models });
  const secret = await lfsTree(alice, 'alice/secret-plans', { 'b.bin': randomBytes(200 * KIB) });
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd: secret });
  await setLimits('alice', { lfs_private_bytes: 1000 * KIB });
  await alice.api('PUT', '/api/v3/repos/alice/models/collaborators/bob', { permission: 'push' });

  const theirs = (CLONE.theirs = join(workspace('bob'), 'models'));
  await bob.gitOk(['clone', '-q', bob.remote('alice/models'), theirs]);
  await bob.gitOk(['lfs', 'install', '--local'], { cwd: theirs });
  await commit(bob, theirs, { 'c.bin': randomBytes(400 * KIB) });
  for (const args of [
    ['push', 'origin', 'main'],
    ['lfs', 'push', 'origin', 'main'],
  ]) {
    const { code, stderr } = await bob.git(args, { cwd: theirs });
    expect(code).not.toBe(0);
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      'batch response: "alice" has used 900.0 KiB of its 1000.0 KiB for private LFS files (alice/models 700.0 KiB, ' +
        'other repositories 200.0 KiB). This upload needs 400.0 KiB more.',
      'Ask an owner of "alice" (alice) to delete what is not needed, or an administrator of the hub for a higher limit.',
    ]);
    expect(stderr).not.toContain('secret-plans');
  }
  expect((await quotaOf(alice)).private.lfs).toMatchObject({ used: 900 * KIB, reserved: 0 });
});

it('warns behind remote: once 80 % are used, and takes the push', async () => {
  await setLimits('alice', { lfs_private_bytes: 1500 * KIB });
  const { code, stderr } = await bob.git(['push', 'origin', 'main'], { cwd: CLONE.theirs });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /remote: Warning: alice has used 86 % of its limit for private LFS files \(1\.3 MiB of 1\.5 MiB\)\./,
  );
  expect((await quotaOf(alice)).private.lfs).toMatchObject({ warning: true, full: false });
});

it('tells behind remote: when the Git data does not fit, and takes what does', async () => {
  const tree = await WorkTree.create(bob, 'bob/notes', { files: { noise: randomBytes(300 * KIB) } });
  await setLimits('bob', { git_private_bytes: 200 * KIB });
  const refused = await tree.push('main');
  expect(refused.code).not.toBe(0);
  const text = WorkTree.remoteText(refused).replace(/\s+/g, ' ');
  expect(text).toMatch(
    /"bob" has used 0 B of its 200\.0 KiB for the Git data of private repositories\. This push needs 30\d\.\d KiB more\./,
  );
  expect(text).toContain('Delete what is not needed, or ask an administrator of the hub for a higher limit.');
  await setLimits('bob', { git_private_bytes: 'default' });
  expect((await tree.push('main')).code).toBe(0);
});

it('tells who makes a repository by a push, or by the API, that there is no place for it', async () => {
  await setLimits('bob', { private_repositories: 1 });
  const tree = await WorkTree.create(bob, 'bob/one-too-many');
  const refused = await tree.push('main');
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('"bob" has 1 of the 1 private repositories that it may have.');
  const api = new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: bob.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
  const work = api.repos.createForAuthenticatedUser({ name: 'one-too-many', private: true });
  await expect(work).rejects.toMatchObject({
    status: 507,
    message: expect.stringContaining('"bob" has 1 of the 1 private repositories'),
    response: { data: { hint: expect.stringContaining('ask an administrator'), details: { measure: 'repositories' } } },
  });
  await api.repos.createForAuthenticatedUser({ name: 'open', private: false });
  await setLimits('bob', { private_repositories: 'default' });
});

it('says the same over SSH', async () => {
  const carol = await hub.actor('carol');
  const key = await SshActor.create(carol);
  const path = await carol.createRepository('by-ssh');
  const cwd = await lfsTree(carol, path, { 'x.bin': randomBytes(300 * KIB) });
  await key.gitOk(['remote', 'set-url', 'origin', key.remote(path)], { cwd });
  await setLimits('carol', { lfs_private_bytes: 100 * KIB, git_private_bytes: 10, private_repositories: 1 });
  const lfs = await key.git(['push', 'origin', 'main'], { cwd });
  expect(lfs.code).not.toBe(0);
  expect(lfs.stderr.replace(/\s+/g, ' ')).toContain(
    '"carol" has used 0 B of its 100.0 KiB for private LFS files. This upload needs 300.0 KiB more. ' +
      'Delete what is not needed, or ask an administrator of the hub for a higher limit.',
  );
  const tree = await WorkTree.create(key, path);
  const git = await tree.push('main:other');
  expect(git.code).not.toBe(0);
  expect(WorkTree.remoteText(git)).toContain('of its 10 B for the Git data of private repositories');
  const created = await (await WorkTree.create(key, 'carol/third')).push('main');
  expect(created.code).not.toBe(0);
  expect(created.stderr).toContain('"carol" has 1 of the 1 private repositories that it may have.');
});

it('refuses a change of visibility whose bytes do not fit under the default of the hub, with the same text', async () => {
  const heavy = await lfsTree(bob, 'bob/heavy', { 'x.bin': randomBytes(2100 * KIB) });
  await bob.gitOk(['push', '-q', 'origin', 'main'], { cwd: heavy });
  expect((await quotaOf(bob)).public.lfs).toMatchObject({ limit: 2048 * KIB, source: 'default', used: 0 });
  const refused = await bob.api<{ message: string }>('PATCH', '/api/v3/repos/bob/heavy', { visibility: 'public' });
  expect(refused.status).toBe(507);
  expect(refused.body.message).toBe(
    '"bob" has used 0 B of its 2.0 MiB for public LFS files. To be public, bob/heavy needs 2.1 MiB more.',
  );
  await setLimits('bob', { lfs_public_bytes: null });
  expect((await bob.api('PATCH', '/api/v3/repos/bob/heavy', { visibility: 'public' })).status).toBe(200);
  expect((await quotaOf(bob)).public.lfs).toMatchObject({ limit: null, source: 'own', used: 2100 * KIB });
});

it('answers twenty batches at the edge with 200 or 507, and never promises more than there is', async () => {
  await alice.createRepository('edge');
  const { used } = (await quotaOf(alice)).private.lfs;
  await setLimits('alice', { lfs_private_bytes: used + 1000 });
  const statuses = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const oid = createHash('sha256').update(randomBytes(20)).digest('hex');
      const answer = await fetch(`${alice.remote('alice/edge')}/info/lfs/objects/batch`, {
        method: 'POST',
        headers: { 'content-type': LFS_JSON, authorization: `Bearer ${alice.token}` },
        body: JSON.stringify({ operation: 'upload', objects: [{ oid, size: 150 }] }),
      });
      return answer.status;
    }),
  );
  expect(statuses.sort()).toEqual([...Array<number>(6).fill(200), ...Array<number>(14).fill(507)]);
  expect((await quotaOf(alice)).private.lfs).toMatchObject({ used, reserved: 900 });
});

it('tells by path what the default branch holds, and what is only elsewhere', async () => {
  const one = randomBytes(500);
  const files = { 'models/a.bin': one, 'models/deep/b.bin': randomBytes(300), 'copy.bin': one };
  const cwd = await lfsTree(alice, 'alice/paths', { ...files, 'old.bin': randomBytes(40) });
  await setLimits('alice', { lfs_private_bytes: null });
  await alice.gitOk(['rm', '-q', 'old.bin'], { cwd });
  await commit(alice, cwd, {});
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const usage = (path = '') => alice.api<LfsUsage>('GET', `/api/v3/repos/alice/paths/lfs/usage?path=${path}`);
  expect((await usage()).body).toMatchObject({
    ref: 'main',
    lfs_bytes: 800,
    entries: [
      { name: 'models', type: 'directory', lfs_bytes: 800, lfs_objects: 2 },
      { name: 'copy.bin', type: 'file', lfs_bytes: 500 },
    ],
    repository: { lfs_bytes: 840, lfs_objects: 3, elsewhere: { lfs_bytes: 40, lfs_objects: 1 } },
    truncated: false,
  });
  expect((await usage('models')).body).toMatchObject({
    path: 'models',
    entries: [{ path: 'models/a.bin' }, { path: 'models/deep', lfs_bytes: 300 }],
    repository: { elsewhere: null },
  });
  expect((await usage('nowhere')).status).toBe(404);
  await alice.createRepository('blank');
  expect((await alice.api<LfsUsage>('GET', '/api/v3/repos/alice/blank/lfs/usage')).body).toMatchObject({
    commit: null,
    entries: [],
    repository: { elsewhere: { lfs_bytes: 0, lfs_objects: 0 } },
  });
});

describe('an attacker', () => {
  it('learns nothing of a foreign namespace, by any door', async () => {
    const path = '/api/v3/namespaces/alice/quota';
    const foreign = await mallory.api('GET', path);
    const absent = await mallory.api('GET', '/api/v3/namespaces/nobody-here/quota');
    const shape = ({ status, body }: typeof foreign) => ({ status, message: (body as { message: string }).message });
    expect(shape(foreign)).toEqual({ status: 404, message: 'Not Found' });
    expect(shape(absent)).toEqual(shape(foreign));
    for (const known of [path, '/api/v3/namespaces/nobody-here/quota']) {
      expect((await callApi(hub, { method: 'GET', path: known })).status).toBe(401);
    }
    // Bob may push to one repository of hers: that opens no list of the others.
    expect((await bob.api('GET', path)).status).toBe(404);
    expect((await mallory.api('GET', '/api/v3/repos/alice/models/lfs/usage')).status).toBe(404);
    expect((await mallory.api('GET', '/api/web/repos/alice/models/storage')).status).toBe(404);
    expect((await bob.api('GET', '/api/web/repos/alice/models/storage')).status).toBe(403);
  });

  it('cannot read it with a token that reaches fewer repositories or less', async () => {
    const issue = async (wanted: object) =>
      (await alice.api<{ token: string }>('POST', '/api/v3/user/tokens', { name: 'narrow', ...wanted })).body.token;
    const narrow = [
      await issue({ scopes: ['repo:read', 'repo:write', 'user'] }),
      await issue({ scopes: ['repo:admin'], repositories: ['alice/models'] }),
    ];
    for (const token of narrow) {
      const request = { method: 'GET', path: '/api/v3/namespaces/alice/quota', authorization: `Bearer ${token}` };
      expect((await callApi(hub, request)).status).toBe(404);
    }
  });

  it('sets no limit without being a site admin, the owner neither', async () => {
    for (const actor of [mallory, alice]) {
      const answer = await actor.api('PUT', '/api/v3/namespaces/alice/quota', { lfs_private_bytes: null });
      expect(answer.status).toBe(403);
    }
    expect((await callApi(hub, { method: 'PUT', path: '/api/v3/namespaces/alice/quota', body: {} })).status).toBe(401);
  });

  it.each([
    [{ lfs_private_bytes: -1 }],
    [{ lfs_private_bytes: 1.5 }],
    [{ lfs_private_bytes: 2 ** 53 }],
    [{ lfs_private_bytes: 1e300 }],
    [{ lfs_private_bytes: '10' }],
    [{ lfs_private_bytes: 'NaN' }],
    [{ lfs_private_bytes: [] }],
    [{ lfs_private_bytes: {} }],
    [{ private_repositories: true }],
    [{ anything_else: 1 }],
    [{ __proto__: null, constructor: 1 }],
    [[1]],
  ])('sets no limit to %j, an admin neither, and changes nothing by it', async (wanted) => {
    const before = await setLimits('alice', {});
    const { status } = await root.api('PUT', '/api/v3/namespaces/alice/quota', wanted);
    expect([400, 422]).toContain(status);
    expect(await setLimits('alice', {})).toEqual(before);
  });
});

describe('the admin CLI', () => {
  const granary = (...args: string[]) =>
    run(process.execPath, [join(ROOT, 'dist/apps/admin-cli/src/main.js'), 'quota', ...args], {
      env: { PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir },
    });

  it('sets limits, shows them, and recounts', async () => {
    const set = await granary('set', 'alice', '--lfs-private', '10GiB', '--repositories-public', '0', '--json');
    expect(JSON.parse(set.stdout)).toMatchObject({
      private: { lfs: { limit: 10 * 1024 ** 3 } },
      public: { repositories: { limit: 0 } },
    });
    const { stdout } = await granary('show', 'alice');
    expect(stdout).toMatch(/^lfs private +1\.3 MiB .* 10\.0 GiB +own$/m);
    expect(stdout).toMatch(/^alice\/models +private /m);
    expect(JSON.parse((await granary('recount', '--json')).stdout)).toEqual({ mended: [] });
    const unknown = await granary('show', 'nobody-here');
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no namespace "nobody-here"') });
  });
});
