import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type {
  AuditEntry,
  Commit,
  DeletedRepository,
  FileLock,
  Hook,
  HookDelivery,
  NamespaceQuota,
  Protection,
  PushRules,
  Repository,
  SshKey,
  Viewer,
} from '@granary/api-contract';
import { basic, callApi, eventually, freePort, run, startHub, workspace, WorkTree, type Hub } from '../support';
import { actorWith, type Actor } from '../support/actor';
import { formerFacts as facts, formerToken, restoreFormerHub } from '../support/former-hub';
import { ROOT } from '../support/hub-process';
import { LfsRemote } from '../support/lfs';
import { SshActor } from '../support/ssh';

const HARVEST = '/api/v3/repos/alice/harvest';
const LARGE = Buffer.from('grain after grain after grain\n'.repeat(100));
const OTHER = Buffer.from('the second large file\n'.repeat(50));
const STRAY = Buffer.from('nobody names this\n');
const TUS = Buffer.from('half of it\n'.repeat(200));

let hub: Hub;
let alice: Actor;
let bob: Actor;
let carol: Actor;
let ssh: SshActor;
let receiver: Server;
let receiverAt: string;
const received: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  receiver = createServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.end();
  }).listen(await freePort(), '127.0.0.1');
  await once(receiver, 'listening');
  receiverAt = `127.0.0.1:${(receiver.address() as { port: number }).port}`;
  const former = await restoreFormerHub(receiverAt);
  hub = await startHub({ dataDir: former.dataDir, env: { GRANARY_WEBHOOK_ALLOWED_HOSTS: receiverAt } });
  [alice, bob, carol] = (['alice', 'bob', 'carol'] as const).map((name) => {
    const { password, token } = facts.people[name];
    return actorWith(hub, name, { password, token: formerToken(token) });
  }) as [Actor, Actor, Actor];
  ssh = SshActor.with(alice, former.keyPath);
});
afterAll(() => receiver.close());

const get = async <T>(actor: Actor, path: string): Promise<T> => {
  const { status, body } = await actor.api<T>('GET', path);
  expect([path, status]).toEqual([path, 200]);
  return body;
};
const refsOf = async (path: string) => (await alice.gitOk(['ls-remote', alice.remote(path)])).trim().split('\n');

/** What must be the same after one start and after two. */
async function expectEverything(): Promise<void> {
  for (const [path, refs] of Object.entries(facts.refs)) expect([path, await refsOf(path)]).toEqual([path, refs]);
  const audit = await get<AuditEntry[]>(alice, `${HARVEST}/audit?per_page=100`);
  const lines = audit.map(({ id, action, target }) => `${id} ${action} ${target}`);
  expect(lines).toEqual(facts.audit.map((line) => line.replaceAll(facts.webhook.address, receiverAt)));
  const protections = await get<Protection[]>(alice, `${HARVEST}/protections`);
  expect(protections).toEqual(facts.protections.map((each) => expect.objectContaining(each)));
  expect((await get<PushRules>(alice, '/api/v3/repos/alice/seeds/push-rules')).own).toMatchObject(facts.rules);
  const { public: open, private: closed } = await get<NamespaceQuota>(alice, '/api/v3/namespaces/alice/quota');
  expect(open.lfs).toMatchObject({ used: LARGE.length, limit: null });
  expect(open.repositories).toMatchObject({ used: 2, limit: 7, source: 'own' });
  expect(closed.lfs).toMatchObject({ used: LARGE.length + OTHER.length, limit: 20_000, source: 'own' });
  expect(closed.lfs.reserved).toBeGreaterThanOrEqual(TUS.length + 230);
  expect(closed.repositories).toMatchObject({ used: 4, limit: null });
  expect(Math.min(open.git.used, closed.git.used, closed.git.deleted)).toBeGreaterThan(0);
}

it('says in one line that it brings the database up to date, and everything is there', async () => {
  expect(hub.process.stdout.match(/^Bringing the database of an older version up to date/gm)).toHaveLength(1);
  await expectEverything();
});

it('a second start has nothing to bring up to date, and everything is there', async () => {
  await hub.stop();
  await hub.restart();
  expect(hub.process.stdout).not.toContain('Bringing the database');
  await expectEverything();
});

it.each(Object.keys(facts.refs))('%s clones over HTTP and SSH with the same commits, and is sound', async (path) => {
  const head = facts.refs[path as keyof typeof facts.refs][0]?.split('\t')[0];
  for (const who of [alice, ssh]) {
    const tree = await WorkTree.clone(who, path);
    expect(await tree.tip()).toBe(head);
    await tree.ok('fsck', '--strict');
  }
});

it('LFS content comes with a checkout', async () => {
  const harvest = await WorkTree.clone(alice, 'alice/harvest');
  expect(readFileSync(join(harvest.cwd, 'grain.bin')).equals(LARGE)).toBe(true);
  const tools = await WorkTree.clone(ssh, 'alice/tools');
  expect(readFileSync(join(tools.cwd, 'other.bin')).equals(OTHER)).toBe(true);
});

it('signatures are verified by the keys of before', async () => {
  const commits = await get<Commit[]>(alice, `${HARVEST}/commits`);
  expect(commits.map(({ sha, commit }) => `${sha} ${commit.verification.reason}`)).toEqual(facts.commits);
});

it('passwords, sessions, tokens and SSH keys are good as before, and no better', async () => {
  const user = (authorization: string) => callApi(hub, { method: 'GET', path: '/api/v3/user', authorization });
  for (const [name, { password }] of Object.entries(facts.people))
    expect((await user(basic(name, password))).body).toMatchObject({ login: name });
  expect(await user(basic('admin', facts.adminPassword))).toMatchObject({ body: { login: 'admin', site_admin: true } });
  expect((await user(`Bearer ${formerToken(facts.revoked)}`)).status).toBe(401);
  const cookie = { headers: { cookie: `granary_session=${facts.session}` } };
  const viewer = (await (await fetch(`${hub.url}/api/web/viewer`, cookie)).json()) as Viewer;
  expect(viewer.user).toMatchObject({ login: 'alice', name: 'Alice Archer' });
  const authorization = `Bearer ${formerToken(facts.readsSeeds)}`;
  const seen = (path: string) => callApi(hub, { method: 'GET', path: `/api/v3/repos/alice/${path}`, authorization });
  expect([(await seen('seeds')).status, (await seen('wide')).status]).toEqual([200, 404]);
  const [key] = await get<SshKey[]>(alice, '/api/v3/user/keys');
  expect(key).toMatchObject({ fingerprint: facts.sshFingerprint });
  const hostKey = readFileSync(join(hub.dataDir, 'ssh/ssh_host_ed25519_key.pub'), 'utf8');
  writeFileSync(join(alice.home, 'known_hosts'), `[127.0.0.1]:${hub.sshPort} ${hostKey}`);
  expect(await ssh.gitOk(['ls-remote', ssh.remote('alice/seeds'), 'refs/heads/main'])).toContain('refs/heads/main');
});

it('roles, protections, push rules and locks hold', async () => {
  expect((await bob.api('GET', '/api/v3/repos/alice/seeds')).body).toMatchObject({ permissions: { push: true } });
  expect((await carol.api('GET', '/api/v3/repos/alice/seeds')).status).toBe(404);
  const theirs = await WorkTree.clone(carol, 'alice/harvest');
  await theirs.ok('commit', '-q', '--amend', '-m', 'another history');
  expect(WorkTree.remoteText(await theirs.push('-f', 'main'))).toContain('protected');
  const bobs = await WorkTree.clone(bob, 'alice/seeds');
  await bobs.commit({ 'a.exe': 'MZ' });
  expect(WorkTree.remoteText(await bobs.push('main'))).toContain('a.exe');
  const [lock] = await get<FileLock[]>(alice, `${HARVEST}/lfs/locks`);
  expect(lock).toMatchObject({ id: 1, path: 'grain.bin', owner: { login: 'alice' }, ref: 'refs/heads/main' });
});

it('former names lead on, and what was deleted comes back', async () => {
  await WorkTree.clone(alice, 'alice/old-name');
  const { body } = await alice.api('GET', '/api/v3/repos/alice/old-name');
  expect(body).toMatchObject({ full_name: 'alice/new-name' });
  const [deleted] = await get<DeletedRepository[]>(alice, '/api/web/deleted-repositories');
  expect(deleted).toMatchObject({ full_name: 'alice/dropped' });
  expect((await alice.api('POST', `/api/web/deleted-repositories/${deleted?.id}/restore`)).status).toBe(204);
  await WorkTree.clone(alice, 'alice/dropped');
  await alice.api('DELETE', '/api/v3/repos/alice/dropped');
});

it('archives are the same bytes', async () => {
  const answer = await fetch(`${hub.url}/alice/harvest/-/archive/v1.0.zip`);
  const sha256 = createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex');
  expect(sha256).toBe(facts.archiveSha256);
});

it('uploads go on where they were, and the trash gives back', async () => {
  const seeds = new LfsRemote(alice, 'alice/seeds');
  const { href, header } = await seeds.uploadAction(TUS, ['tus']);
  const tus = { 'tus-resumable': '1.0.0', ...header };
  const head = await fetch(href, { method: 'HEAD', headers: tus });
  expect(head.headers.get('upload-offset')).toBe(String(facts.unfinishedUploadBytes));
  const rest = { ...tus, 'content-type': 'application/offset+octet-stream', 'upload-offset': '1000' };
  expect((await fetch(href, { method: 'PATCH', body: TUS.subarray(1000), headers: rest })).status).toBe(204);
  expect((await seeds.verify(TUS)).status).toBe(200);
  expect(((await seeds.download(TUS)) as Response).status).toBe(200);
  const commit = { branch: 'main', message: 'staged before', files: [{ id: facts.staged }] };
  const made = await alice.api('POST', '/api/web/repos/alice/seeds/uploads/commit', commit);
  expect(made.status).toBe(201);
  const harvest = new LfsRemote(alice, 'alice/harvest');
  const restored = await alice.api('POST', `${HARVEST}/lfs/objects/${facts.lfs.stray}/restore`);
  expect(restored.status).toBeLessThan(300);
  expect(Buffer.from(await ((await harvest.download(STRAY)) as Response).arrayBuffer()).equals(STRAY)).toBe(true);
});

it('the doctor finds nothing, and new pushes go on', async () => {
  const program = join(ROOT, 'dist/apps/admin-cli/src/main.js');
  const env = { PATH: process.env.PATH, HOME: workspace('home'), GRANARY_DATA_DIR: hub.dataDir };
  expect(await run(process.execPath, [program, 'doctor'], { env })).toMatchObject({ code: 0 });
  const tree = await WorkTree.clone(ssh, 'alice/wide');
  const tip = await tree.commit({ 'new.txt': 'new\n' });
  await tree.ok('push', '-q', 'origin', 'main');
  expect((await get<Repository>(alice, '/api/v3/repos/alice/wide')).empty).toBe(false);
  expect(await refsOf('alice/wide')).toContain(`${tip}\trefs/heads/main`);
});

it('what webhooks had not told yet is told, signed with the secret of before', async () => {
  const [hook] = await get<Hook[]>(alice, `${HARVEST}/hooks`);
  expect(hook).toMatchObject({ active: true, events: ['*'], config: { url: `http://${receiverAt}/hook` } });
  const deliveries = await get<HookDelivery[]>(alice, `${HARVEST}/hooks/${hook?.id}/deliveries`);
  expect(deliveries.map(({ id, event }) => `${id} ${event}`)).toEqual(
    facts.deliveries.map((line) => line.replace(/ \d+$/, '')),
  );
  await eventually('both deliveries', () => received.length >= 2, 90_000);
  for (const { headers, body } of received) {
    const expected = createHmac('sha256', facts.webhook.secret).update(body).digest('hex');
    expect(headers['x-hub-signature-256']).toBe(`sha256=${expected}`);
    expect(JSON.parse(body)).toMatchObject({ repository: { full_name: 'alice/harvest' } });
  }
  expect(received.map(({ headers }) => headers['x-github-event']).sort()).toEqual(['create', 'push']);
});
