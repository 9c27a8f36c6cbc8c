import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callApi, eventually, freePort, startHub, workspace, type Hub } from '../support';
import { ROOT } from '../support/hub-process';
import { LfsTransferClient } from '../support/lfs-transfer-client';
import { SshActor, type SshDoor } from '../support/ssh';
import { accountForSshd, startSshd } from '../support/sshd';
import { WorkTree, type Files } from '../support/work-tree';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const GATE = join(ROOT, 'dist/apps/ssh-gate/src/main.js');
const account = accountForSshd();
const MIB = 1024 * 1024;

interface Place {
  hub: Hub;
  door?: SshDoor;
}

async function ownDoor(): Promise<Place> {
  return { hub: await startHub() };
}

async function openSshInFront(): Promise<Place> {
  const port = await freePort();
  const hub = await startHub({ ssh: false, env: { GRANARY_SSH_GATE: `${account}:${port}` } });
  const socket = join(hub.dataDir, 'ssh/gate/gate.sock');
  await startSshd({ port, keysCommand: ['/usr/bin/env', process.execPath, GATE, 'keys', socket, '%u', '%t', '%k'] });
  return { hub, door: { account: account as string, port } };
}

/** A commit of LFS files, not yet pushed. */
async function lfsTree(who: SshActor, path: string, files: Files): Promise<WorkTree> {
  const tree = await WorkTree.create(who, path);
  await tree.ok('lfs', 'install', '--local');
  await tree.ok('lfs', 'track', '--lockable', '*.bin');
  await tree.commit(files);
  return tree;
}

/** What git-lfs ran: `GIT_TRACE` tells every ssh command, and every HTTP request. */
async function traced(who: SshActor, cwd: string, ...args: string[]) {
  const env = { GIT_TRACE: '1', GIT_CURL_VERBOSE: '1' };
  const { code, stdout, stderr } = await who.git(args, { cwd, env, timeoutMs: 110_000 });
  return {
    code,
    stdout,
    stderr,
    sessions: stderr.match(/run_command: .*git-lfs-transfer /g)?.length ?? 0,
    usedHttp: /git-lfs-authenticate|HTTP: (GET|POST|PUT)/.test(stderr),
  };
}

const SSH_ALONE = { code: 0, usedHttp: false };

describe.each([
  ['the hub’s own server', ownDoor, true],
  ['OpenSSH in front (needs root and an account with a shell)', openSshInFront, account !== null],
])('git-lfs over SSH alone, through %s', (_where, open, isPossible) => {
  // An sshd that signs people in has to be root, and so has this test.
  if (!isPossible) return it.skip('is not possible here', () => undefined);
  let hub: Hub;
  let alice: SshActor;
  let bob: SshActor;

  beforeAll(async () => {
    const place = await open();
    hub = place.hub;
    const actors = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
    [alice, bob] = (await Promise.all(actors.map((actor) => SshActor.create(actor, { door: place.door })))) as [
      SshActor,
      SshActor,
    ];
  });
  afterAll(() => hub.destroy());

  it('pushes, clones, pulls and fetches, every byte the same', async () => {
    const files = { 'a.bin': randomBytes(3 * MIB + 17), 'b.bin': randomBytes(10), 'empty.bin': Buffer.alloc(0) };
    const tree = await lfsTree(alice, 'alice/models', files);
    expect(await traced(alice, tree.cwd, 'push', '-u', 'origin', 'main')).toMatchObject(SSH_ALONE);
    const copy = await WorkTree.clone(alice, 'alice/models');
    const bytesOf = (name: string) => readFileSync(join(copy.cwd, name));
    for (const [name, bytes] of Object.entries(files)) expect(bytesOf(name).equals(bytes)).toBe(true);
    const second = randomBytes(200_000);
    await tree.commit({ 'a.bin': second });
    await tree.ok('push', 'origin', 'main');
    const pulled = await traced(alice, copy.cwd, 'pull', '-q');
    expect(pulled).toMatchObject(SSH_ALONE);
    expect(pulled.sessions).toBeGreaterThan(0);
    expect(bytesOf('a.bin').equals(second)).toBe(true);
    const bare = await WorkTree.clone(alice, 'alice/models', '--no-checkout', '--config', 'lfs.fetchexclude=*');
    await bare.ok('config', '--unset', 'lfs.fetchexclude');
    expect(await traced(alice, bare.cwd, 'lfs', 'fetch', '--all')).toMatchObject(SSH_ALONE);
    await bare.ok('checkout', '-q', 'main');
    expect(await bare.ok('lfs', 'fsck')).toContain('OK');
    const { body } = await alice.actor.api('GET', '/api/v3/repos/alice/models');
    expect(body).toMatchObject({ lfs_object_count: 3, lfs_size_bytes: 3 * MIB + 17 + 10 + 200_000 });
  });

  it('locks, lists and unlocks, and holds a push up that another’s lock forbids', async () => {
    const tree = await lfsTree(alice, 'alice/drawings', { 'a.bin': randomBytes(50), 'b.bin': randomBytes(50) });
    await tree.ok('push', '-u', 'origin', 'main');
    await alice.actor.api('PUT', '/api/v3/repos/alice/drawings/collaborators/bob', { permission: 'push' });
    const copy = await WorkTree.clone(bob, 'alice/drawings');
    await copy.ok('lfs', 'install', '--local');
    expect(await traced(alice, tree.cwd, 'lfs', 'lock', 'a.bin')).toMatchObject(SSH_ALONE);
    const again = await copy.git('lfs', 'lock', 'a.bin');
    expect(again.code).not.toBe(0);
    expect(again.stderr + again.stdout).toContain('a.bin is locked by alice already.');
    const listed = await traced(bob, copy.cwd, 'lfs', 'locks', '--json');
    expect(listed).toMatchObject(SSH_ALONE);
    expect(JSON.parse(listed.stdout)).toEqual([expect.objectContaining({ path: 'a.bin', owner: { name: 'alice' } })]);
    await copy.commit({ 'b.bin': randomBytes(60) });
    expect(await traced(bob, copy.cwd, 'push', 'origin', 'main')).toMatchObject(SSH_ALONE);
    await copy.commit({ 'a.bin': randomBytes(60) });
    const refused = await copy.push('main');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/a\.bin.*alice/);
    const stolen = await copy.git('lfs', 'unlock', '--force', 'a.bin');
    expect(stolen.code).not.toBe(0);
    expect(stolen.stderr + stolen.stdout).toContain('a.bin is locked by alice.');
    expect(await traced(alice, tree.cwd, 'lfs', 'unlock', 'a.bin')).toMatchObject(SSH_ALONE);
    expect(await copy.push('main')).toMatchObject({ code: 0 });
  });

  it.each([
    ['over one connection that all sessions share', 'true', true],
    ['over a connection for each session', 'true', false],
    ['in one session', 'false', false],
  ])('transfers eight at a time, %s', async (what, multiplex, isShared) => {
    const files: Files = {};
    for (let i = 0; i < 40; i++) files[`${i}.bin`] = randomBytes(20_000 + i);
    const path = `alice/many-${isShared}-${multiplex}`;
    const tree = await lfsTree(alice, path, files);
    const config = ['-c', 'lfs.concurrenttransfers=8', '-c', `lfs.ssh.automultiplex=${multiplex}`];
    // git-lfs keeps the control socket there, where there is such a directory.
    const runtime = isShared ? { XDG_RUNTIME_DIR: workspace('xdg') } : {};
    const env = { GIT_TRACE: '1', ...runtime };
    const pushed = await alice.git([...config, 'push', 'origin', 'main'], { cwd: tree.cwd, env });
    expect(pushed).toMatchObject({ code: 0 });
    expect(pushed.stderr).not.toContain('git-lfs-authenticate');
    const cwd = workspace('clone');
    const cloned = await alice.git([...config, 'clone', '-q', alice.remote(path), 'clone'], { cwd, env });
    expect(cloned).toMatchObject({ code: 0 });
    expect(cloned.stderr).not.toContain('git-lfs-authenticate');
    for (const [name, bytes] of Object.entries(files)) {
      expect(readFileSync(join(cwd, 'clone', name)).equals(bytes as Buffer)).toBe(true);
    }
  });
});
