import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DELIM_PKT, formatPkt } from '@granary/wire';
import { Client } from 'pg';
import { eventually, freePort, startHub, workspace, type Hub } from '../support';
import { startDatabase } from '../support/database';
import { ROOT } from '../support/hub-process';
import { LfsTransferClient } from '../support/lfs-transfer-client';
import { startS3 } from '../support/s3';
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

async function peopleOf({ hub, door }: Place, ...names: string[]): Promise<SshActor[]> {
  const actors = await Promise.all(names.map((name) => hub.actor(name)));
  return Promise.all(actors.map((actor) => SshActor.create(actor, { door })));
}

/** Pushes 40 objects, eight at a time, and clones them. */
async function transferMany(who: SshActor, path: string, { multiplex, env }: { multiplex: boolean; env: object }) {
  const files: Files = {};
  for (let i = 0; i < 40; i++) files[`${i}.bin`] = randomBytes(20_000 + i);
  const tree = await lfsTree(who, path, files);
  const config = ['-c', 'lfs.concurrenttransfers=8', '-c', `lfs.ssh.automultiplex=${multiplex}`];
  const options = { env: { GIT_TRACE: '1', ...env }, timeoutMs: 110_000 };
  const pushed = await who.git([...config, 'push', 'origin', 'main'], { cwd: tree.cwd, ...options });
  expect(pushed).toMatchObject({ code: 0, stderr: expect.not.stringContaining('git-lfs-authenticate') });
  const cwd = workspace('clone');
  const cloned = await who.git([...config, 'clone', '-q', who.remote(path), 'clone'], { cwd, ...options });
  expect(cloned).toMatchObject({ code: 0, stderr: expect.not.stringContaining('git-lfs-authenticate') });
  for (const [name, bytes] of Object.entries(files)) {
    expect(readFileSync(join(cwd, 'clone', name)).equals(bytes as Buffer)).toBe(true);
  }
}

/** git-lfs keeps the socket of a shared connection there, where there is such a directory. */
const sharing = () => ({ XDG_RUNTIME_DIR: workspace('xdg') });

describe('git-lfs over SSH alone', () => {
  let alice: SshActor;
  let bob: SshActor;

  beforeAll(async () => {
    [alice, bob] = (await peopleOf({ hub: await startHub() }, 'alice', 'bob')) as [SshActor, SshActor];
  });
  afterAll(() => alice.actor.hub.destroy());

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

  // git-lfs of Debian 12 never ends where sessions share a connection, unless the server keeps them apart.
  it('transfers eight at a time over one connection, as far as the client shares it', () =>
    transferMany(alice, 'alice/shared', { multiplex: true, env: sharing() }));

  it('transfers eight at a time over a connection each', () =>
    transferMany(alice, 'alice/apart', { multiplex: true, env: {} }));

  it('transfers one at a time where the client may not share', () =>
    transferMany(alice, 'alice/single', { multiplex: false, env: {} }));

  it('tells what is missing, and transfers the rest', async () => {
    const kept = randomBytes(500);
    const tree = await lfsTree(alice, 'alice/holes', { 'a.bin': randomBytes(500), 'b.bin': kept });
    await tree.ok('push', 'origin', 'main');
    // Of a commit that was never pushed the hub has no object.
    await tree.commit({ 'a.bin': randomBytes(600) });
    const objects = join(tree.cwd, '.git/lfs/objects');
    rmSync(objects, { recursive: true });
    const args = ['-c', 'lfs.transfer.maxretries=1', 'lfs', 'fetch', 'origin', 'main'];
    const fetched = await alice.git(args, { cwd: tree.cwd });
    expect(fetched.code).not.toBe(0);
    expect(fetched.stderr).toContain('got status 404');
    expect(fetched.stderr).toContain('This repository has no LFS object');
    const found = readdirSync(objects, { recursive: true }).filter((name) => /[0-9a-f]{64}$/.test(String(name)));
    expect(found).toEqual([expect.stringContaining(sha256(kept))]);
  });
});

// An sshd that signs people in has to be root, and so has this test.
const inFront = account ? describe : describe.skip;

inFront('git-lfs over SSH alone, OpenSSH in front (needs root and an account with a shell)', () => {
  let alice: SshActor;

  beforeAll(async () => {
    [alice] = (await peopleOf(await openSshInFront(), 'alice')) as [SshActor];
  });
  afterAll(() => alice.actor.hub.destroy());

  it('pushes, locks and clones', async () => {
    const content = randomBytes(3 * MIB);
    const tree = await lfsTree(alice, 'alice/models', { 'a.bin': content });
    expect(await traced(alice, tree.cwd, 'push', 'origin', 'main')).toMatchObject(SSH_ALONE);
    expect(await traced(alice, tree.cwd, 'lfs', 'lock', 'a.bin')).toMatchObject(SSH_ALONE);
    const copy = await WorkTree.clone(alice, 'alice/models');
    expect(readFileSync(join(copy.cwd, 'a.bin')).equals(content)).toBe(true);
  });

  it('transfers eight at a time', () => transferMany(alice, 'alice/many', { multiplex: true, env: sharing() }));
});

describe('where it is off', () => {
  it('says so by the status that sends clients to HTTP, and they go there', async () => {
    const [alice] = (await peopleOf({ hub: await startHub({ env: { GRANARY_SSH_LFS: 'off' } }) }, 'alice')) as [
      SshActor,
    ];
    const content = randomBytes(1000);
    const tree = await lfsTree(alice, 'alice/models', { 'a.bin': content });
    expect(await traced(alice, tree.cwd, 'push', 'origin', 'main')).toMatchObject({ code: 0, usedHttp: true });
    const { code, stderr } = await alice.ssh('git-lfs-transfer /alice/models.git download');
    expect({ code, stderr }).toEqual({ code: 127, stderr: expect.stringContaining('not offered here') });
    const copy = await WorkTree.clone(alice, 'alice/models');
    expect(readFileSync(join(copy.cwd, 'a.bin')).equals(content)).toBe(true);
    await alice.actor.hub.destroy();
  });
});

describe('on the S3 store', () => {
  it('moves the same bytes, once it is switched on', async () => {
    const s3 = await startS3();
    const env = {
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: await s3.makeBucket('lfs-ssh'),
      S3_REGION: s3.region,
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
      GRANARY_SSH_LFS: 'on',
    };
    const [alice] = (await peopleOf({ hub: await startHub({ env }) }, 'alice')) as [SshActor];
    const content = randomBytes(6 * MIB);
    const tree = await lfsTree(alice, 'alice/models', { 'a.bin': content });
    expect(await traced(alice, tree.cwd, 'push', 'origin', 'main')).toMatchObject(SSH_ALONE);
    const copy = await WorkTree.clone(alice, 'alice/models');
    expect(readFileSync(join(copy.cwd, 'a.bin')).equals(content)).toBe(true);
    await alice.actor.hub.destroy();
    await s3.stop();
  });
});

describe('a client of one’s own making', () => {
  let hub: Hub;
  let alice: SshActor;
  let bob: SshActor;
  let mallory: SshActor;
  let stopAll: () => Promise<void>;
  let database: Client;
  const secret = randomBytes(4000);
  const oid = sha256(secret);

  beforeAll(async () => {
    const { url, stop } = await startDatabase();
    hub = await startHub({ env: { DATABASE_URL: url } });
    database = new Client({ connectionString: url });
    await database.connect();
    stopAll = async () => {
      await database.end();
      await hub.destroy();
      await stop();
    };
    [alice, bob, mallory] = (await peopleOf({ hub }, 'alice', 'bob', 'mallory')) as [SshActor, SshActor, SshActor];
    await alice.actor.createRepository('vault', { private: true });
    await alice.actor.createRepository('desk', { private: true });
    await mallory.actor.createRepository('loot', { private: true });
    const session = await LfsTransferClient.open(alice, 'alice/vault', 'upload');
    expect(await session.ask([`put-object ${oid}`, 'size=4000'], secret)).toMatchObject({ status: 200 });
    expect(await session.end()).toBe(0);
  });
  afterAll(() => stopAll());

  const objectCount = async (path: string) =>
    (await alice.actor.api<{ lfs_object_count: number }>('GET', `/api/v3/repos/${path}`)).body.lfs_object_count;

  function staged(): string[] {
    const directory = join(hub.dataDir, 'objects/tmp');
    return existsSync(directory) ? readdirSync(directory) : [];
  }

  it('is told in each batch what is to be done', async () => {
    const session = await LfsTransferClient.open(alice, 'alice/vault', 'upload');
    const lines = [`${oid} 4000`, `${'b'.repeat(64)} 5`];
    const { status, args, body } = await session.ask(['batch', 'hash-algo=sha256'], lines);
    expect({ status, args }).toEqual({ status: 200, args: ['hash-algo=sha256'] });
    expect(LfsTransferClient.linesOf(body)).toEqual([`${oid} 4000 noop`, `${'b'.repeat(64)} 5 upload`]);
    expect(await session.ask(['batch', 'hash-algo=sha512'], lines)).toMatchObject({ status: 409 });
    const many = Array.from({ length: 1001 }, () => lines[1] as string);
    expect(await session.ask(['batch'], many)).toMatchObject({ status: 413 });
    expect(await session.ask(['quit'])).toMatchObject({ status: 200 });
    expect(await session.end()).toBe(0);
  });

  it('pages through locks', async () => {
    const session = await LfsTransferClient.open(alice, 'alice/desk', 'upload');
    for (const path of ['a', 'b b', 'c'])
      expect(await session.ask(['lock', `path=${path}`])).toMatchObject({ status: 201 });
    const taken = await session.ask(['lock', 'path=a', 'refname=refs/heads/x']);
    expect(taken).toMatchObject({ status: 409, args: expect.arrayContaining(['path=a', 'ownername=alice']) });
    const first = await session.ask(['list-lock', 'limit=2']);
    expect(LfsTransferClient.linesOf(first.body).filter((line) => /^(path|owner) /.test(line))).toEqual([
      expect.stringMatching(/^path \d+ a$/),
      expect.stringMatching(/^owner \d+ ours$/),
      expect.stringMatching(/^path \d+ b b$/),
      expect.stringMatching(/^owner \d+ ours$/),
    ]);
    const cursor = first.args[0]?.replace('next-cursor=', 'cursor=') ?? '';
    const second = await session.ask(['list-lock', 'limit=2', cursor]);
    expect(second.args).toEqual([]);
    expect(LfsTransferClient.linesOf(second.body)[1]).toMatch(/^path \d+ c$/);
    const id = LfsTransferClient.linesOf(second.body)[0]?.split(' ')[1] ?? '';
    expect(await session.ask([`unlock ${id}`])).toMatchObject({
      status: 200,
      args: expect.arrayContaining(['path=c']),
    });
    expect(await session.ask([`unlock ${id}`])).toMatchObject({ status: 404 });
    expect(await session.ask(['lock', 'path=../x'])).toMatchObject({ status: 422 });
    expect(await session.ask(['lock'])).toMatchObject({ status: 422 });
    await session.end();
  });

  it('unlocks for another only where it forces, which git-lfs is told how to do', async () => {
    await alice.actor.api('PUT', '/api/v3/repos/alice/desk/collaborators/bob', { permission: 'push' });
    const his = await LfsTransferClient.open(bob, 'alice/desk', 'upload');
    const { args } = await his.ask(['lock', 'path=bobs']);
    const id = args.find((arg) => arg.startsWith('id='))?.slice(3) ?? '';
    const hers = await LfsTransferClient.open(alice, 'alice/desk', 'upload');
    const asked = await hers.ask([`unlock ${id}`]);
    expect(asked.status).toBe(403);
    expect(String(asked.body)).toContain(`git -c lfs.url=${hub.url}/alice/desk.git/info/lfs lfs unlock --force`);
    expect(await hers.ask([`unlock ${id}`, 'force=true'])).toMatchObject({ status: 200 });
    await Promise.all([his.end(), hers.end()]);
  });

  it('is held to the quota before its body is taken', async () => {
    await alice.actor.createRepository('small');
    await database.query(`UPDATE namespaces SET limits = '{"lfs_private_bytes": 100000}' WHERE name = 'alice'`);
    const bytes = randomBytes(200_000);
    const session = await LfsTransferClient.open(alice, 'alice/small', 'upload');
    const refused = await session.ask(['batch'], [`${sha256(bytes)} 200000`]);
    expect(refused.status).toBe(507);
    expect(await session.ask([`put-object ${sha256(bytes)}`, 'size=200000'], bytes)).toMatchObject({ status: 507 });
    const small = randomBytes(1000);
    expect(await session.ask([`put-object ${sha256(small)}`, 'size=1000'], small)).toMatchObject({ status: 200 });
    await database.query(`UPDATE namespaces SET limits = '{}' WHERE name = 'alice'`);
    await session.end();
    expect(await objectCount('alice/small')).toBe(1);
  });

  it('that vanishes in the middle of a body leaves nothing', async () => {
    const bytes = randomBytes(MIB);
    const session = await LfsTransferClient.open(alice, 'alice/desk', 'upload');
    await session.send(
      Buffer.concat([formatPkt(`put-object ${sha256(bytes)}\n`), formatPkt(`size=${MIB}\n`), DELIM_PKT]),
    );
    for (let at = 0; at < MIB / 2; at += 32768) await session.send(formatPkt(bytes.subarray(at, at + 32768)));
    await eventually('the staging file', () => staged().length === 1);
    await session.kill();
    await eventually('it to go', () => staged().length === 0);
    expect(await objectCount('alice/desk')).toBe(0);
  });

  describe('an attacker', () => {
    it('gets nothing of another repository, whatever oid it knows', async () => {
      const down = await LfsTransferClient.open(mallory, 'mallory/loot', 'download');
      expect(await down.ask([`get-object ${oid}`, 'size=4000'])).toMatchObject({ status: 404 });
      const { body } = await down.ask(['batch', 'hash-algo=sha256'], [`${oid} 4000`]);
      expect(LfsTransferClient.linesOf(body)).toEqual([`${oid} 4000 download`]);
      expect(await down.ask([`get-object ${oid}`])).toMatchObject({ status: 404 });
      const up = await LfsTransferClient.open(mallory, 'mallory/loot', 'upload');
      const planned = await up.ask(['batch'], [`${oid} 4000`]);
      expect(LfsTransferClient.linesOf(planned.body)).toEqual([`${oid} 4000 upload`]);
      expect(await up.ask([`put-object ${oid}`, 'size=4000'], randomBytes(4000))).toMatchObject({ status: 422 });
      expect(await up.ask([`verify-object ${oid}`, 'size=4000'])).toMatchObject({ status: 404 });
      expect(await down.ask([`get-object ${oid}`])).toMatchObject({ status: 404 });
      await Promise.all([down.end(), up.end()]);
      expect(staged()).toEqual([]);
    });

    it.each([
      ['a repository of another', 'git-lfs-transfer /alice/vault.git download', 'Repository not found'],
      ['a path out of here', "git-lfs-transfer '../x' upload", 'Repository not found'],
      ['a path of the system', "git-lfs-transfer '/etc/passwd' download", 'Repository not found'],
      ['another operation', 'git-lfs-transfer /mallory/loot.git delete', '"upload" or "download"'],
      ['a list of commands', 'git-lfs-transfer /mallory/loot.git upload; id', 'no plain command'],
    ])('is not let in to %s', async (_what, command, text) => {
      const { code, stdout, stderr } = await mallory.ssh(command);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain(text);
    });

    it('who may read does not write, neither by its operation nor within a session', async () => {
      await alice.actor.api('PUT', '/api/v3/repos/alice/vault/collaborators/mallory', { permission: 'pull' });
      const refused = await mallory.ssh('git-lfs-transfer /alice/vault.git upload');
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('You need the role "write"'),
      });
      const session = await LfsTransferClient.open(mallory, 'alice/vault', 'download');
      const bytes = randomBytes(5000);
      expect(await session.ask([`put-object ${sha256(bytes)}`, 'size=5000'], bytes)).toMatchObject({ status: 403 });
      expect(await session.ask(['lock', 'path=a'])).toMatchObject({ status: 403 });
      const got = await session.ask([`get-object ${oid}`, 'size=4000']);
      expect(got).toMatchObject({ status: 200, args: ['size=4000'] });
      expect(got.body?.equals(secret)).toBe(true);
      expect(await session.ask([`get-object ${oid}`, 'size=3999'])).toMatchObject({ status: 422 });
      await alice.actor.api('DELETE', '/api/v3/repos/alice/vault/collaborators/mallory');
      expect(await session.ask(['batch'], [`${oid} 4000`])).toMatchObject({ status: 404 });
      expect(await session.ask([`get-object ${oid}`])).toMatchObject({ status: 404 });
      await session.end();
      expect(await objectCount('alice/vault')).toBe(1);
    });

    it('with a key that was taken away goes no further in an open session', async () => {
      const own = await SshActor.create(mallory.actor, { type: 'ecdsa' });
      const session = await LfsTransferClient.open(own, 'mallory/loot', 'upload');
      expect(await session.ask(['list-lock'])).toMatchObject({ status: 200 });
      await mallory.actor.api('DELETE', `/api/v3/user/keys/${own.keyId}`);
      expect(await session.ask(['list-lock'])).toMatchObject({ status: 401 });
      expect(await session.ask(['batch'], [`${'c'.repeat(64)} 1`])).toMatchObject({ status: 401 });
      await session.end();
    });

    it.each([
      ['speaks HTTP', 'GET / HTTP/1.1\r\n\r\n'],
      ['sends no packets', '\0'.repeat(100)],
      ['sends arguments without end', '0008a=b\n'.repeat(10_000)],
    ])('who %s is told once, and hung up on', async (_what, bytes) => {
      const session = LfsTransferClient.start(mallory, 'mallory/loot', 'upload');
      await session.packets();
      await session.send(bytes);
      expect(await session.reply()).toMatchObject({ status: 400 });
      expect(await session.end()).toBe(1);
    });
  });
});
