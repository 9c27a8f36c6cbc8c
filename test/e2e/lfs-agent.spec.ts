import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFaultyProxy, type FaultyProxy } from '../../libs/object-store/src/testing/faulty-proxy';
import { eventually, run, startHub, workspace, type Actor, type Hub } from '../support';
import { startByteGate, type ByteGate, type SeenRequest } from '../support/byte-gate';
import { ROOT } from '../support/hub-process';
import { LfsRemote, lfsTree, oidOf, put } from '../support/lfs';
import { killAll, processTree } from '../support/processes';
import { startS3, type S3Server } from '../support/s3';

const MIB = 1024 * 1024;
const PART_BYTES = 16 * MIB;
const AGENT = 'granary-multipart';

interface Session {
  part_size: number;
  part_count: number;
  arrived_size: number;
  next: { href: string };
  parts: { number: number; size: number; href: string; header: Record<string, string> }[];
}

describe.each(['file system', 'S3'])('the transfer agent with the %s store', (store) => {
  let s3: S3Server | undefined;
  /** Before the hub, with the usual limit on bodies; and before the store. */
  let hubGate: ByteGate;
  let storeGate: ByteGate;
  let inside: FaultyProxy | undefined;
  let hub: Hub;
  let alice: Actor;
  let mallory: Actor;
  let agentPath: string;

  beforeAll(async () => {
    if (store === 'S3') s3 = await startS3();
    inside = s3 && (await startFaultyProxy(s3.endpoint));
    hubGate = await startByteGate(() => hub.url);
    storeGate = await startByteGate(() => s3?.endpoint ?? '');
    const bucket = s3 && {
      S3_ENDPOINT: inside?.endpoint,
      S3_PUBLIC_ENDPOINT: storeGate.url,
      S3_BUCKET: await s3.makeBucket('lfs-hub'),
      S3_REGION: s3.region,
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
    };
    hub = await startHub({ ssh: false, env: { ...bucket, GRANARY_BASE_URL: hubGate.url } });
    [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
    // As people get it, without a hub of their own.
    agentPath = join(workspace("agent's place"), 'lfs-agent.cjs');
    const served = await fetch(`${hub.url}/-/lfs-agent.cjs`);
    expect(served.headers.get('content-type')).toContain('text/javascript');
    writeFileSync(agentPath, await served.text());
    const installed = await run(process.execPath, [agentPath, 'install', '--global'], { env: alice.env });
    expect(installed).toMatchObject({ code: 0, stdout: expect.stringContaining(AGENT) });
  });

  afterAll(async () => {
    await hub?.stop();
    await Promise.all([hubGate?.stop(), storeGate?.stop(), inside?.stop()]);
    await s3?.stop();
  });

  beforeEach(() => {
    for (const gate of [hubGate, storeGate]) {
      gate.seen.length = 0;
      gate.bytesPerSecond = null;
      gate.maxBodyBytes = 20 * MIB;
    }
  });

  /** Where parts travel. */
  const gate = () => (store === 'S3' ? storeGate : hubGate);
  const isPart = ({ method, path }: SeenRequest) => method === 'PUT' && /\/(parts\/\d+|staging\/.*\.\d+)$/.test(path);
  const numberOf = ({ path }: SeenRequest) => Number(/(\d+)$/.exec(path)?.[1]);
  const parts = () => gate().seen.filter(isPart);
  const finished = () => parts().filter(({ bytes, status }) => bytes === PART_BYTES && status === 200);

  async function expectClone(path: string, bytes: Buffer): Promise<void> {
    const where = workspace('clone');
    await alice.gitOk(['clone', '-q', alice.remote(path), 'clone'], { cwd: where });
    expect(readFileSync(join(where, 'clone', 'a.bin')).equals(bytes)).toBe(true);
  }

  it('sends a large object in parts side by side, below a limit that stops the stock client', async () => {
    const bytes = randomBytes(5 * PART_BYTES + 3);
    const cwd = await lfsTree(alice, 'alice/large', { 'a.bin': bytes, 'small.bin': randomBytes(10) });
    if (store === 'file system') {
      const without = ['-c', `lfs.customtransfer.${AGENT}.direction=download`, '-c', 'lfs.transfer.maxretries=1'];
      expect((await alice.git([...without, 'push', 'origin', 'main'], { cwd })).code).not.toBe(0);
    }
    gate().seen.length = 0;
    gate().bytesPerSecond = 32 * MIB;
    let most = 0;
    const watch = setInterval(() => {
      const open = parts().filter(({ bytes }) => bytes > 0 && bytes < PART_BYTES).length;
      most = Math.max(most, open);
    }, 20);
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    clearInterval(watch);
    expect(most).toBeGreaterThanOrEqual(2);
    expect(finished().map(numberOf).sort()).toEqual([0, 1, 2, 3, 4]);
    expect(gate().seen.some(({ headers }) => headers['transfer-encoding'] !== undefined)).toBe(false);
    if (store === 'S3') expect(storeGate.seen.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    gate().bytesPerSecond = null;
    await expectClone('alice/large', bytes);
    const { body } = await alice.api('GET', '/api/v3/repos/alice/large');
    expect(body).toMatchObject({ lfs_size_bytes: bytes.length + 10, lfs_object_count: 2 });
  });

  it.each(['client', 'hub'])('goes on after the %s was killed, and sends no finished part again', async (killed) => {
    const bytes = randomBytes(6 * PART_BYTES);
    const path = `alice/killed-${killed}`;
    const cwd = await lfsTree(alice, path, { 'a.bin': bytes });
    gate().bytesPerSecond = 12 * MIB;
    const child = spawn('git', ['push', 'origin', 'main'], { cwd, env: alice.env, stdio: 'ignore', detached: true });
    await eventually('some parts, and another under way', () => {
      return finished().length >= 2 && parts().some(({ bytes }) => bytes > MIB && bytes < PART_BYTES);
    });
    if (killed === 'client') {
      killAll(processTree(child.pid ?? 0).filter(({ command }) => command.includes(agentPath)));
    } else {
      await hub.kill();
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    }
    await eventually('the end of the client', () => child.exitCode !== null || child.signalCode !== null);
    expect(child.exitCode).not.toBe(0);
    if (killed === 'hub') await hub.restart();
    const before = new Set(finished().map(numberOf));
    gate().seen.length = 0;
    gate().bytesPerSecond = null;
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    const again = parts().map(numberOf);
    expect(again.filter((number) => before.has(number))).toEqual([]);
    expect(new Set([...before, ...again]).size).toBe(6);
    await expectClone(path, bytes);
  });

  async function open(remote: LfsRemote, bytes: Buffer): Promise<{ href: string; session: Session }> {
    const { href } = await remote.uploadAction(bytes, [AGENT, 'basic']);
    return { href, session: (await (await fetch(href)).json()) as Session };
  }

  it('names parts, takes each by its own size alone, and refuses what is not the object', async () => {
    const remote = new LfsRemote(alice, await alice.createRepository('raw'));
    const bytes = randomBytes(PART_BYTES + 1000);
    const { href, session } = await open(remote, bytes);
    expect(session).toMatchObject({ part_size: PART_BYTES, part_count: 2, arrived_size: 0 });
    expect(session.parts.map(({ size }) => size)).toEqual([PART_BYTES, 1000]);
    const [first, last] = session.parts.map((part) => ({ href: part.href, header: part.header }));
    if (!first || !last) throw new Error('two parts');
    expect((await put(last, randomBytes(999))).ok).toBe(false);
    expect((await put(last, randomBytes(1001))).ok).toBe(false);
    expect((await put(last, randomBytes(1000))).status).toBe(200);
    expect((await fetch(href, { method: 'POST' })).status).toBe(422);
    expect((await put(first, bytes.subarray(0, PART_BYTES))).status).toBe(200);
    expect((await remote.verify(bytes)).status).toBe(422);
    expect(await remote.download(bytes)).toMatchObject({ code: 404 });
    expect((await fetch(href)).status).toBe(404);
    const again = await open(remote, bytes);
    expect(again.session.arrived_size).toBe(0);
    const bodies = [bytes.subarray(0, PART_BYTES), bytes.subarray(PART_BYTES)];
    for (const [at, part] of again.session.parts.entries()) {
      expect((await put(part, bodies[at] ?? Buffer.alloc(0))).status).toBe(200);
    }
    const done = await fetch(again.session.next.href, { method: 'POST' });
    expect(done.status).toBe(200);
    const answer = (await remote.download(bytes)) as Response;
    expect(oidOf(Buffer.from(await answer.arrayBuffer()))).toBe(oidOf(bytes));
    expect(((await (await fetch(again.href)).json()) as Session).parts).toEqual([]);
  });

  it('is answered only for its own object, purpose and repository, and while its user may write', async () => {
    const path = await alice.createRepository('shared');
    await alice.api('PUT', `/api/v3/repos/${path}/collaborators/mallory`, { permission: 'push' });
    const bytes = randomBytes(PART_BYTES + 1);
    const { href } = await open(new LfsRemote(mallory, path), bytes);
    const altered = [
      href.replace(oidOf(bytes), oidOf(randomBytes(9))),
      href.replace(/size=\d+/, 'size=5'),
      href.replace(/user=\d+/, 'user=1'),
      href.replace('/shared.git/', '/raw.git/'),
      href.replace('operation=multipart', 'operation=tus').replace('/parts?', '/tus?'),
    ];
    for (const each of altered) expect((await fetch(each)).status).toBeGreaterThanOrEqual(400);
    expect((await put({ href: href.replace('/parts?', '?') }, bytes)).status).toBe(401);
    expect((await put({ href: href.replace('/parts?', '/parts/2?') }, bytes)).status).toBe(422);
    expect((await fetch(href)).status).toBe(200);
    await alice.api('DELETE', `/api/v3/repos/${path}/collaborators/mallory`);
    // As to anybody who may not see the repository.
    expect((await fetch(href)).status).toBe(401);
  });

  it('is installed by the command of the hub too, in one repository', async () => {
    const cwd = await lfsTree(alice, 'alice/local', { 'a.bin': randomBytes(10) });
    const env = { ...process.env, HOME: alice.home, GIT_CONFIG_GLOBAL: join(workspace('none'), 'config') };
    const command = join(ROOT, 'tools/granary.mjs');
    expect(await run(process.execPath, [command, 'lfs', 'agent', 'install', '--local'], { cwd, env })).toMatchObject({
      code: 0,
    });
    const key = `lfs.customtransfer.${AGENT}.args`;
    expect(await alice.gitOk(['config', '--local', key], { cwd })).toContain('lfs-agent.js');
    expect(await alice.git(['config', '--local', `lfs.customtransfer.${AGENT}.direction`], { cwd })).toMatchObject({
      stdout: 'upload\n',
    });
  });
});
