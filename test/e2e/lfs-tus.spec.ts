import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LfsAction } from '@granary/wire';
import { eventually, startHub, workspace, type Actor, type Hub } from '../support';
import { startByteGate, type ByteGate } from '../support/byte-gate';
import { LfsRemote, lfsTree, objectOf, put } from '../support/lfs';
import { startS3, type S3Server } from '../support/s3';

const MIB = 1024 * 1024;
const TUS = { 'tus-resumable': '1.0.0' };
const BODY = { ...TUS, 'content-type': 'application/offset+octet-stream' };

const head = ({ href }: LfsAction) => fetch(href, { method: 'HEAD', headers: TUS });
const offsetIn = (answer: Response) => Number(answer.headers.get('upload-offset') ?? NaN);
const patch = ({ href }: LfsAction, offset: number, body: Buffer | ReadableStream, headers: object = {}) =>
  fetch(href, {
    method: 'PATCH',
    body,
    headers: { ...BODY, 'upload-offset': String(offset), ...headers },
    ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
  } as RequestInit);

const outcome = (sent: Promise<Response>) =>
  sent.then(
    ({ status }) => status,
    () => 'cut',
  );

/** A body that stays open until it is told to go on or break. */
function openBody(bytes: Buffer) {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (given) => (controller = given) });
  controller.enqueue(bytes);
  return { stream, end: () => controller.close(), break: () => controller.error(new Error('the client is gone')) };
}

describe.each(['file system', 'S3'])('resumable uploads on the %s store', (store) => {
  let s3: S3Server | undefined;
  let gate: ByteGate;
  let hub: Hub;
  let alice: Actor;

  beforeAll(async () => {
    if (store === 'S3') s3 = await startS3();
    gate = await startByteGate(() => hub.url);
    const bucket = s3 && {
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: await s3.makeBucket('lfs-hub'),
      S3_REGION: s3.region,
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
    };
    hub = await startHub({ ssh: false, env: { ...bucket, GRANARY_BASE_URL: gate.url } });
    alice = await hub.actor('alice');
  });

  afterAll(async () => {
    await hub?.stop();
    await gate?.stop();
    await s3?.stop();
  });

  beforeEach(() => {
    gate.seen.length = 0;
    gate.bytesPerSecond = null;
  });

  const patches = () => gate.seen.filter(({ method }) => method === 'PATCH');
  const newRemote = async (name: string) => new LfsRemote(alice, await alice.createRepository(name));

  async function expectContent(remote: LfsRemote, bytes: Buffer): Promise<void> {
    const answer = (await remote.download(bytes)) as Response;
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  }

  /** A tree that pushes by tus to `alice/<name>`. */
  async function tusTree(name: string, bytes: Buffer): Promise<string> {
    const cwd = await lfsTree(alice, `alice/${name}`, { 'a.bin': bytes });
    await alice.gitOk(['config', 'lfs.tustransfers', 'true'], { cwd });
    return cwd;
  }

  /** Pushes slowly until the second piece is under way. @returns the client, still running. */
  async function pushHalf(cwd: string) {
    gate.bytesPerSecond = 16 * MIB;
    const child = spawn('git', ['push', 'origin', 'main'], { cwd, env: alice.env, stdio: 'ignore', detached: true });
    await eventually('half of the bytes', () => (patches()[0]?.bytes ?? 0) > 20 * MIB);
    return child;
  }

  it('serve the stock client', async () => {
    const bytes = randomBytes(40 * MIB + 5);
    const cwd = await tusTree('models', bytes);
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    expect(patches().map((request) => request.bytes)).toEqual([bytes.length]);
    const where = workspace('clone');
    await alice.gitOk(['clone', '-q', alice.remote('alice/models'), 'clone'], { cwd: where });
    expect(readFileSync(join(where, 'clone', 'a.bin')).equals(bytes)).toBe(true);
    const { body } = await alice.api('GET', '/api/v3/repos/alice/models');
    expect(body).toMatchObject({ lfs_size_bytes: bytes.length, lfs_object_count: 1 });
  });

  it('go on after the client was killed', async () => {
    const bytes = randomBytes(40 * MIB + 5);
    const cwd = await tusTree('killed-client', bytes);
    const child = await pushHalf(cwd);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await once(child, 'exit');
    gate.bytesPerSecond = null;
    gate.seen.length = 0;
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    const [again, ...more] = patches();
    expect(more).toEqual([]);
    // Not only whole pieces: what of the second had come is kept too.
    expect(Number(again?.headers['upload-offset'])).toBeGreaterThan(17 * MIB);
    expect(again?.bytes).toBe(bytes.length - Number(again?.headers['upload-offset']));
    await expectContent(new LfsRemote(alice, 'alice/killed-client'), bytes);
  });

  it('go on after the hub was killed', async () => {
    const bytes = randomBytes(40 * MIB + 5);
    const cwd = await tusTree('killed-hub', bytes);
    const child = await pushHalf(cwd);
    await hub.kill();
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    await once(child, 'exit');
    await hub.restart();
    gate.bytesPerSecond = null;
    gate.seen.length = 0;
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
    expect(Number(patches()[0]?.headers['upload-offset'])).toBe(16 * MIB);
    await expectContent(new LfsRemote(alice, 'alice/killed-hub'), bytes);
  });

  it('answer each wrong request as the protocol says', async () => {
    const remote = await newRemote('wrong');
    const bytes = randomBytes(1000);
    const action = await remote.uploadAction(bytes, ['basic', 'tus']);
    const options = await fetch(action.href, { method: 'OPTIONS' });
    expect(options.status).toBe(204);
    expect(options.headers.get('tus-version')).toBe('1.0.0');
    const unknown = await fetch(action.href, { method: 'HEAD', headers: { 'tus-resumable': '0.2.2' } });
    expect([unknown.status, unknown.headers.get('tus-version')]).toEqual([412, '1.0.0']);
    expect((await patch(action, 0, bytes, { 'content-type': 'application/octet-stream' })).status).toBe(415);
    expect((await patch(action, NaN, bytes)).status).toBe(400);
    expect((await patch(action, 10, bytes.subarray(10))).status).toBe(409);
    expect((await patch(action, 0, Buffer.concat([bytes, bytes]))).status).toBe(422);
    const first = await head(action);
    expect([first.status, offsetIn(first), first.headers.get('upload-length')]).toEqual([200, 0, '1000']);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect((await patch(action, 0, bytes.subarray(0, 400))).headers.get('upload-offset')).toBe('400');
    expect((await patch(action, 0, bytes)).status).toBe(409);
    expect((await remote.verify(bytes)).status).toBe(422);
    const chunked = openBody(Buffer.concat([bytes.subarray(400), Buffer.from('more than there is')]));
    chunked.end();
    expect((await patch(action, 400, chunked.stream)).status).toBe(422);
    expect(offsetIn(await head(action))).toBe(1000);
    await expectContent(remote, bytes);
    expect(offsetIn(await head(action))).toBe(1000);
  });

  it('keep what came before the connection broke', async () => {
    const remote = await newRemote('broken');
    const bytes = randomBytes(20 * MIB);
    const action = await remote.uploadAction(bytes, ['tus']);
    const body = openBody(bytes.subarray(0, 17 * MIB + 11));
    const cut = patch(action, 0, body.stream).catch(() => null);
    await eventually('the bytes', () => patches()[0]?.bytes === 17 * MIB + 11);
    body.break();
    expect(await cut).toBeNull();
    // What the hub had not read yet went with the connection.
    const kept = offsetIn(await head(action));
    expect(kept).toBeGreaterThanOrEqual(16 * MIB);
    expect((await patch(action, kept, bytes.subarray(kept))).status).toBe(204);
    expect((await remote.verify(bytes)).status).toBe(200);
    await expectContent(remote, bytes);
  });

  it('have one writer: who comes later goes on, who came before is cut off', async () => {
    const remote = await newRemote('two-writers');
    const bytes = randomBytes(3 * MIB);
    const action = await remote.uploadAction(bytes, ['tus']);
    const body = openBody(bytes.subarray(0, MIB));
    const cut = outcome(patch(action, 0, body.stream));
    await eventually('the first writer', () => patches()[0]?.bytes === MIB);
    const straight = { href: action.href.replace(gate.url, hub.url) };
    const raced = await Promise.all([outcome(patch(straight, 0, bytes)), outcome(patch(straight, 0, bytes))]);
    expect(['cut', 409]).toContain(await cut);
    const offset = offsetIn(await head(straight));
    // Neither began at a place that it did not know of.
    expect(raced.filter((each) => each === 204).length).toBeLessThanOrEqual(1);
    if (offset < bytes.length) expect((await patch(straight, offset, bytes.subarray(offset))).status).toBe(204);
    expect(offsetIn(await head(straight))).toBe(bytes.length);
    await expectContent(remote, bytes);
  });

  it('keep nothing that is not the object', async () => {
    const remote = await newRemote('spoiled');
    const bytes = randomBytes(17 * MIB);
    const action = await remote.uploadAction(bytes, ['tus']);
    expect((await patch(action, 0, Buffer.alloc(bytes.length, 7))).status).toBe(204);
    expect((await remote.verify(bytes)).status).toBe(422);
    expect(await remote.download(bytes)).toMatchObject({ code: 404 });
    expect((await head(action)).status).toBe(404);
    const again = await remote.uploadAction(bytes, ['tus']);
    expect(offsetIn(await head(again))).toBe(0);
  });

  it('are signed for their purpose, object and repository', async () => {
    const remote = await newRemote('signed-tus');
    const bytes = randomBytes(1000);
    const action = await remote.uploadAction(bytes, ['tus']);
    const other = objectOf(randomBytes(1000)).oid;
    const altered = [
      action.href.replace(objectOf(bytes).oid, other),
      action.href.replace('size=1000', 'size=2000'),
      action.href.replace(/expires=\d+/, 'expires=9999999999'),
      action.href.replace('operation=tus', 'operation=upload'),
      action.href.replace('signed-tus', 'wrong'),
    ];
    // As for a repository that is not there: the address alone says nothing of a private one.
    for (const href of altered) expect((await head({ href })).status).toBe(401);
    expect((await put({ href: action.href.replace('/tus?', '?') }, bytes)).status).toBe(401);
    const asPut = action.href.replace('/tus?', '?').replace('operation=tus', 'operation=upload');
    expect((await put({ href: asPut }, bytes)).status).toBe(401);
    expect((await fetch(asPut.replace('operation=upload', 'operation=download'))).status).toBe(401);
  });
});
