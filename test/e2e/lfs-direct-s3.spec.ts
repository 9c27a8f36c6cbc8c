import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'minio';
import { startFaultyProxy, type Fault, type FaultyProxy } from '../../libs/object-store/src/testing/faulty-proxy';
import { eventually, startHub, workspace, type Actor, type Hub } from '../support';
import { lfsTree, LfsRemote, objectOf, oidOf, postLfs, put } from '../support/lfs';
import { startRewritingProxy } from '../support/rewriting-proxy';
import { startS3, type S3Server } from '../support/s3';

const MIB = 1024 * 1024;
const BUCKET = 'lfs-hub';

let s3: S3Server;
/** Between clients and the store, and between the hub and the store. */
let outside: FaultyProxy;
let inside: FaultyProxy;
let client: Client;
let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;

beforeAll(async () => {
  s3 = await startS3();
  [outside, inside] = await Promise.all([startFaultyProxy(s3.endpoint), startFaultyProxy(s3.endpoint)]);
  const { hostname: endPoint, port } = new URL(s3.endpoint);
  const { accessKey, secretKey, region } = s3;
  client = new Client({ endPoint, port: Number(port), useSSL: false, accessKey, secretKey, region });
  hub = await startHub({
    ssh: false,
    env: {
      S3_ENDPOINT: inside.endpoint,
      S3_PUBLIC_ENDPOINT: outside.endpoint,
      S3_BUCKET: await s3.makeBucket(BUCKET),
      S3_REGION: region,
      S3_ACCESS_KEY: accessKey,
      S3_SECRET_KEY: secretKey,
    },
  });
  [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
});

afterAll(async () => {
  await hub?.stop();
  await Promise.all([outside?.stop(), inside?.stop()]);
  await s3?.stop();
});

beforeEach(() => {
  for (const proxy of [outside, inside]) {
    proxy.fault = () => 'pass';
    proxy.seen.length = 0;
  }
});

async function newRemote(name: string, actor = alice): Promise<LfsRemote> {
  return new LfsRemote(actor, await actor.createRepository(name));
}

async function keysBelow(prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { name } of client.listObjectsV2(BUCKET, `granary/${prefix}`, true) as AsyncIterable<{
    name: string;
  }>) {
    keys.push(name);
  }
  return keys;
}

const publications = (bytes: Buffer) => keysBelow(`lfs/${oidOf(bytes).slice(0, 2)}/${oidOf(bytes).slice(2, 4)}/`);
const keyOf = (href: string) => new URL(href).pathname.slice(`/${BUCKET}/`.length);
const puts = ({ seen }: FaultyProxy) => seen.filter((line) => line.startsWith('PUT '));
/** The hub reads what it has copied, to hash it. */
const isHashing = ({ method, url }: IncomingMessage) => method === 'GET' && /\/granary\/lfs\//.test(url ?? '');
const isCopying = ({ headers }: IncomingMessage) => headers['x-amz-copy-source'] !== undefined;

async function expectNothing(remote: LfsRemote, bytes: Buffer): Promise<void> {
  expect(await remote.download(bytes)).toMatchObject({ code: 404 });
  expect(await publications(bytes)).toEqual([]);
  const { body } = await alice.api<{ lfs_object_count: number }>('GET', `/api/v3/repos/${remote.path}`);
  expect(body.lfs_object_count).toBe(0);
}

async function expectContent(remote: LfsRemote, bytes: Buffer): Promise<void> {
  const answer = (await remote.download(bytes)) as Response;
  expect(answer.status).toBe(200);
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
}

describe('the stock client', () => {
  it('sends to the store and fetches there, and shows it no credential of the hub', async () => {
    const files = { 'a.bin': randomBytes(9 * MIB), 'b.bin': randomBytes(10), 'c.bin': randomBytes(300_000) };
    const cwd = await lfsTree(alice, 'alice/models', files);
    const toStore: IncomingHttpHeaders[] = [];
    outside.fault = ({ headers }) => {
      toStore.push(headers);
      return 'pass';
    };
    writeFileSync(join(alice.home, '.netrc'), `machine 127.0.0.1 login alice password ${alice.token}\n`);
    await alice.gitOk(['config', `http.${hub.url}/.extraheader`, 'X-Secret: of the hub'], { cwd });
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    expect(puts(outside)).toHaveLength(3);
    expect(puts(outside).every((line) => line.includes(`/${BUCKET}/granary/staging/`))).toBe(true);
    inside.seen.length = 0;
    const where = workspace('clone');
    await alice.gitOk(['clone', '-q', alice.remote('alice/models'), 'clone'], { cwd: where });
    for (const [name, bytes] of Object.entries(files)) {
      expect(readFileSync(join(where, 'clone', name)).equals(bytes)).toBe(true);
    }
    expect(outside.seen.filter((line) => line.startsWith('GET '))).toHaveLength(3);
    expect(inside.seen.filter((line) => line.includes('/granary/lfs/'))).toEqual([]);
    for (const headers of toStore) {
      expect(Object.keys(headers)).not.toEqual(
        expect.arrayContaining([expect.stringMatching(/^(authorization|cookie|x-secret|transfer-encoding)$/)]),
      );
    }
    expect(await keysBelow('staging/')).toEqual([]);
  });

  it('asks again when its upload has expired, and when its leave to verify has', async () => {
    for (const [expired, renewed] of [
      ['"expires_in":3600', 'upload'],
      ['"expires_in":7200', 'verify'],
    ] as const) {
      const path = await alice.createRepository(`renewed-${renewed}`);
      const batches: string[] = [];
      const proxy = await startRewritingProxy(hub.url, (to, body) => {
        if (!to.endsWith('/objects/batch')) return body;
        batches.push(body);
        return batches.length === 1 ? body.replaceAll(expired, '"expires_in":1') : body;
      });
      const cwd = await lfsTree(alice, path, { 'a.bin': randomBytes(17 * MIB) });
      const url = `${proxy.url}/${path}.git`.replace('://', `://alice:${alice.token}@`);
      outside.seen.length = 0;
      await alice.gitOk(['push', '-q', url, 'main'], { cwd });
      await proxy.stop();
      expect(batches.length).toBeGreaterThanOrEqual(2);
      // What has arrived is not sent again, however late its sender comes back.
      expect(puts(outside)).toHaveLength(1);
    }
  });

  it('waits for a check that takes longer than it waits for any answer', async () => {
    const path = await alice.createRepository('slow-check');
    const bytes = randomBytes(17 * MIB);
    const cwd = await lfsTree(alice, path, { 'a.bin': bytes });
    let reads = 0;
    // Longer than the three times that it asks in a row.
    inside.fault = async (request): Promise<Fault> => {
      if (isCopying(request) || isHashing(request)) await sleep(35_000);
      if (isHashing(request)) reads++;
      return 'pass';
    };
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd, timeoutMs: 160_000 });
    expect(reads).toBe(1);
    expect(puts(outside)).toHaveLength(1);
    await expectContent(new LfsRemote(alice, path), bytes);
  }, 200_000);

  it('hears of a protected branch before it sends anything', async () => {
    const path = await alice.createRepository('guarded');
    await alice.api('PUT', `/api/v3/repos/${path}/collaborators/bob`, { permission: 'push' });
    const first = await lfsTree(alice, path, { 'a.bin': randomBytes(10) });
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd: first });
    await alice.api('POST', `/api/v3/repos/${path}/protections`, { pattern: 'main' });
    const cwd = join(workspace('clone'), 'clone');
    await bob.gitOk(['clone', '-q', bob.remote(path), cwd]);
    await bob.gitOk(['lfs', 'install', '--local'], { cwd });
    writeFileSync(join(cwd, 'b.bin'), randomBytes(1000));
    await bob.gitOk(['add', '-A'], { cwd });
    await bob.gitOk(['commit', '-q', '-m', 'more'], { cwd });
    outside.seen.length = 0;
    const refused = await bob.git(['push', 'origin', 'main'], { cwd });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('main is a protected branch (main): you may not push to it.');
    expect(puts(outside)).toEqual([]);
    await bob.gitOk(['push', '-q', 'origin', 'main:topic'], { cwd });
    expect(puts(outside)).toHaveLength(1);
  });
});

describe('an upload', () => {
  it('is signed for its size, hash and type, for an hour', async () => {
    const remote = await newRemote('signed');
    const bytes = randomBytes(5000);
    const action = await remote.uploadAction(bytes);
    expect(action).toMatchObject({
      header: {
        'Content-Type': 'application/octet-stream',
        'x-amz-checksum-sha256': Buffer.from(oidOf(bytes), 'hex').toString('base64'),
      },
      expires_in: 3600,
    });
    const query = new URL(action.href).searchParams;
    expect(query.get('X-Amz-Expires')).toBe('3600');
    expect(query.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;x-amz-checksum-sha256');
    const altered = [
      { ...action, href: action.href.replace('Expires=3600', 'Expires=7200') },
      { ...action, href: action.href.replace('/staging/', '/lfs/') },
      { ...action, header: { ...action.header, 'x-amz-checksum-sha256': 'A'.repeat(43) + '=' } },
      { ...action, header: { ...action.header, 'Content-Type': 'text/html' } },
    ];
    for (const each of altered) expect((await put(each, bytes)).status).toBe(403);
    expect((await put(action, bytes.subarray(1))).status).toBe(403);
    expect((await put(action, Buffer.concat([bytes, bytes]))).status).toBe(403);
    expect((await fetch(action.href)).status).toBe(403);
    expect((await remote.verify(bytes)).status).toBe(404);
    await expectNothing(remote, bytes);
  });

  it('goes through the hub where one PUT cannot carry it, and nowhere where it would carry nothing', async () => {
    const remote = await newRemote('extremes');
    const objects = [0, 5 * 1024 * MIB, 5 * 1024 * MIB + 1].map((size) => ({ oid: oidOf(randomBytes(9)), size }));
    const { body } = await remote.batch({ operation: 'upload', objects });
    const origins = body.objects.map(({ actions }) => actions?.upload && new URL(actions.upload.href).origin);
    expect(origins).toEqual([undefined, outside.endpoint, hub.url]);
  });

  it.each([
    ['other bytes of the same size', (bytes: Buffer) => Buffer.alloc(bytes.length, 7)],
    ['a short body', (bytes: Buffer) => bytes.subarray(1)],
    ['a long body', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ])('is refused when the store took %s, and nothing stays', async (what, spoil) => {
    const remote = await newRemote(`spoiled-${what.replaceAll(' ', '-')}`);
    const bytes = randomBytes(5000);
    const { href } = await remote.uploadAction(bytes);
    // As a store that enforces nothing would have it.
    await client.putObject(BUCKET, keyOf(href), spoil(bytes));
    const verified = await remote.verify(bytes);
    expect(verified.status).toBe(422);
    expect(verified.body.message).toMatch(/not/);
    await expectNothing(remote, bytes);
    expect(await keysBelow('staging/')).not.toContain(keyOf(href));
    expect((await remote.verify(bytes)).status).toBe(404);
    await remote.store(bytes);
    await expectContent(remote, bytes);
  });

  it('is what was hashed, whatever is put to its URL before, meanwhile and after', async () => {
    const remote = await newRemote('second-put');
    const bytes = randomBytes(100_000);
    const other = randomBytes(100_000);
    const before = await remote.uploadAction(bytes);
    await put(before, bytes);
    expect((await put(before, other)).status).toBe(200);
    expect((await remote.verify(bytes)).status).toBe(422);
    const action = await remote.uploadAction(bytes);
    await put(action, bytes);
    inside.fault = async (request): Promise<Fault> => {
      if (isHashing(request)) await put(action, other);
      return 'pass';
    };
    expect((await remote.verify(bytes)).status).toBe(200);
    await expectContent(remote, bytes);
    expect((await put(action, other)).status).toBe(200);
    expect((await remote.verify(bytes)).status).toBe(200);
    await expectContent(remote, bytes);
  });

  it('is checked once for twenty that ask, also when who asked first has left', async () => {
    const remote = await newRemote('asked-often');
    const bytes = randomBytes(100_000);
    await put(await remote.uploadAction(bytes), bytes);
    let reads = 0;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    inside.fault = async (request): Promise<Fault> => {
      if (!isHashing(request)) return 'pass';
      reads++;
      await held;
      return 'pass';
    };
    const leaving = new AbortController();
    const left = remote.verify(bytes, leaving.signal).catch((error: Error) => error.name);
    await eventually('the check', () => reads === 1);
    leaving.abort();
    expect(await left).toBe('AbortError');
    const all = Promise.all(Array.from({ length: 20 }, () => remote.verify(bytes)));
    setTimeout(goOn, 300);
    expect((await all).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(reads).toBe(1);
    expect(await publications(bytes)).toHaveLength(1);
  });

  it('is stored once and counted in each repository that shows it', async () => {
    const bytes = randomBytes(50_000);
    for (const actor of [alice, bob, mallory]) {
      const remote = await newRemote('shared-content', actor);
      await remote.store(bytes);
      await expectContent(remote, bytes);
      const { body } = await actor.api('GET', `/api/v3/repos/${remote.path}`);
      expect(body).toMatchObject({ lfs_size_bytes: 50_000, lfs_object_count: 1 });
    }
    expect(await publications(bytes)).toHaveLength(1);
  });
});

describe('when something fails', () => {
  it('acknowledges nothing while the store cannot be reached', async () => {
    const remote = await newRemote('outage');
    const bytes = randomBytes(3 * MIB);
    await put(await remote.uploadAction(bytes), bytes);
    inside.fault = () => 503;
    const failed = await remote.verify(bytes);
    expect(failed.status).toBe(503);
    expect(Number(failed.headers.get('retry-after'))).toBeGreaterThan(0);
    inside.fault = (request) => (isHashing(request) ? 'cut body' : 'pass');
    expect((await remote.verify(bytes)).status).toBeGreaterThanOrEqual(500);
    inside.fault = () => 'pass';
    await expectNothing(remote, bytes);
    expect((await remote.verify(bytes)).status).toBe(200);
    await expectContent(remote, bytes);
  });

  it.each([500, 503] as const)(
    'says it in its own words, and nothing of the store, when that answers %s',
    async (status) => {
      const remote = await newRemote(`answers-${status}`);
      const bytes = randomBytes(1000);
      await put(await remote.uploadAction(bytes), bytes);
      inside.fault = () => status;
      const answer = await remote.verify(bytes);
      inside.fault = () => 'pass';
      expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([503, expect.any(Number)]);
      const text = JSON.stringify(answer.body);
      expect(text).toContain('The object store is not available right now.');
      expect(text).not.toMatch(new RegExp(`${s3.accessKey}|${BUCKET}|amz|signature|127\\.0\\.0\\.1|<`, 'i'));
      expect((await remote.verify(bytes)).status).toBe(200);
    },
  );

  it('takes an upload up again whose hub was killed before and in the middle of the check', async () => {
    const remote = await newRemote('killed');
    const bytes = randomBytes(200_000);
    await put(await remote.uploadAction(bytes), bytes);
    await hub.kill();
    await hub.restart();
    let reads = 0;
    inside.fault = (request) => (isHashing(request) && ++reads ? 'hang' : 'pass');
    const cut = remote.verify(bytes).catch(() => null);
    await eventually('the check', () => reads > 0);
    await hub.kill();
    expect(await cut).toBeNull();
    inside.fault = () => 'pass';
    await hub.restart();
    expect((await remote.verify(bytes)).status).toBe(200);
    await expectContent(remote, bytes);
  });
});

describe('an attacker', () => {
  it('cannot have what it does not show, even knowing its name', async () => {
    const secret = randomBytes(5000);
    const vault = await newRemote('vault');
    await vault.store(secret);
    const cave = await newRemote('cave', mallory);
    expect((await cave.verify(secret)).status).toBe(404);
    const action = await cave.uploadAction(secret);
    expect((await cave.verify(secret)).status).toBe(404);
    await client.putObject(BUCKET, keyOf(action.href), randomBytes(5000));
    expect((await cave.verify(secret)).status).toBe(422);
    expect(await cave.download(secret)).toMatchObject({ code: 404 });
    await expectContent(vault, secret);
  });

  it('cannot take over what somebody else has sent and not yet verified', async () => {
    const secret = randomBytes(5000);
    const vault = await newRemote('inbox');
    await put(await vault.uploadAction(secret), secret);
    const cave = await newRemote('den', mallory);
    await cave.uploadAction(secret);
    expect((await cave.verify(secret)).status).toBe(404);
    expect((await new LfsRemote(mallory, vault.path).verify(secret)).status).toBe(404);
    expect((await vault.verify(secret)).status).toBe(200);
  });

  it('cannot verify what it may only read, nor download with leave to upload', async () => {
    const bytes = randomBytes(5000);
    const open = new LfsRemote(alice, await alice.createRepository('open', { visibility: 'public' }));
    await put(await open.uploadAction(bytes), bytes);
    expect((await new LfsRemote(mallory, open.path).verify(bytes)).status).toBe(403);
    await expectNothing(open, bytes);
    const { body } = await open.batch({ operation: 'upload', objects: [objectOf(bytes)] });
    const authorization = body.objects[0]?.actions?.verify?.header?.Authorization ?? '';
    const request = { operation: 'download', objects: [objectOf(bytes)] };
    const asked = await postLfs(`${open.url}/objects/batch`, { authorization, body: request });
    expect(asked.status).toBe(403);
    const elsewhere = new LfsRemote(alice, 'alice/vault');
    expect((await postLfs(`${elsewhere.url}/objects/verify`, { authorization, body: objectOf(bytes) })).status).toBe(
      404,
    );
    expect((await postLfs(`${open.url}/objects/verify`, { authorization, body: objectOf(bytes) })).status).toBe(200);
  });
});

describe('a download', () => {
  it('serves ranges from the store for a quarter of an hour', async () => {
    const remote = await newRemote('ranges');
    const bytes = randomBytes(100_000);
    await remote.store(bytes);
    const part = (await remote.download(bytes, { range: 'bytes=500-999' })) as Response;
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(500, 1000))).toBe(true);
    const { body } = await remote.batch({ operation: 'download', objects: [objectOf(bytes)] });
    const { href = '', expires_in } = body.objects[0]?.actions?.download ?? {};
    expect(expires_in).toBe(900);
    expect(new URL(href).searchParams.get('X-Amz-Expires')).toBe('900');
    expect((await fetch(href, { method: 'PUT', body: 'x' })).status).toBe(403);
  });
});
