import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LfsBatchResponse } from '@granary/wire';
import { callApi, startHub, workspace, type Actor, type Hub } from '../support';
import { startS3, type S3Server } from '../support/s3';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const LFS = 'application/vnd.git-lfs+json';

// Straight to S3: lfs-direct-s3.spec.ts
describe.each(['file system', 'S3'])('Git LFS through the hub, on the %s store', (store) => {
  let s3: S3Server | undefined;
  let hub: Hub;
  let alice: Actor;
  let mallory: Actor;

  beforeAll(async () => {
    if (store === 'S3') s3 = await startS3();
    const env = s3 && {
      GRANARY_LFS_DIRECT: 'off',
      S3_ENDPOINT: s3.endpoint,
      S3_BUCKET: await s3.makeBucket('lfs-hub'),
      S3_REGION: s3.region,
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
    };
    hub = await startHub({ ssh: false, env });
    [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
  });

  afterAll(async () => {
    await hub.stop();
    await s3?.stop();
  });

  async function lfsTree(actor: Actor, path: string, files: Record<string, Buffer>) {
    const cwd = join(workspace('lfs'), 'tree');
    mkdirSync(cwd);
    await actor.gitOk(['init', '-q'], { cwd });
    await actor.gitOk(['lfs', 'install', '--local'], { cwd });
    await actor.gitOk(['lfs', 'track', '*.bin'], { cwd });
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(cwd, name), bytes);
    await actor.gitOk(['add', '-A'], { cwd });
    await actor.gitOk(['commit', '-q', '-m', 'large files'], { cwd });
    await actor.gitOk(['remote', 'add', 'origin', actor.remote(path)], { cwd });
    return cwd;
  }

  async function batch(actor: Actor | null, path: string, request: object) {
    const answer = await fetch(`${hub.url}/${path}.git/info/lfs/objects/batch`, {
      method: 'POST',
      headers: { 'content-type': LFS, ...(actor ? { authorization: `Bearer ${actor.token}` } : {}) },
      body: JSON.stringify(request),
    });
    const body = (await answer.json()) as LfsBatchResponse & { message?: string };
    return { status: answer.status, type: answer.headers.get('content-type'), headers: answer.headers, body };
  }

  async function uploadAction(actor: Actor, path: string, bytes: Buffer) {
    const objects = [{ oid: sha256(bytes), size: bytes.length }];
    const { body } = await batch(actor, path, { operation: 'upload', objects });
    const action = body.objects[0]?.actions?.upload;
    if (!action) throw new Error(`no upload action: ${JSON.stringify(body)}`);
    return action;
  }

  const put = (href: string, body: Buffer) =>
    fetch(href, { method: 'PUT', body: new Uint8Array(body), headers: { 'content-type': 'application/octet-stream' } });

  const usage = async (path: string) =>
    (await alice.api<{ lfs_size_bytes: number; lfs_object_count: number }>('GET', `/api/v3/repos/${path}`)).body;

  it('pushes and clones with the stock client, every byte the same', async () => {
    const files = { 'a.bin': randomBytes(3_000_000), 'b.bin': randomBytes(10), 'empty.bin': Buffer.alloc(0) };
    const cwd = await lfsTree(alice, 'alice/models', files);
    const pushed = await alice.git(['push', '-u', 'origin', 'main'], { cwd });
    expect(pushed.code).toBe(0);
    const where = workspace('clone');
    await alice.gitOk(['clone', '-q', alice.remote('alice/models'), 'clone'], { cwd: where });
    for (const [name, bytes] of Object.entries(files)) {
      expect(readFileSync(join(where, 'clone', name)).equals(bytes)).toBe(true);
    }
    await alice.gitOk(['lfs', 'fsck'], { cwd: join(where, 'clone') });
    expect(await usage('alice/models')).toMatchObject({ lfs_size_bytes: 3_000_010, lfs_object_count: 2 });
  });

  it('says by the batch that what is linked needs no upload, and counts it once', async () => {
    const bytes = randomBytes(1000);
    await alice.createRepository('twice');
    const object = { oid: sha256(bytes), size: bytes.length };
    const action = await uploadAction(alice, 'alice/twice', bytes);
    expect((await put(action.href, bytes)).status).toBe(200);
    expect((await put(action.href, bytes)).status).toBe(200);
    const again = await batch(alice, 'alice/twice', { operation: 'upload', objects: [object] });
    expect(again).toMatchObject({ status: 200, type: expect.stringContaining(LFS) });
    expect(again.body).toMatchObject({ transfer: 'basic', hash_algo: 'sha256' });
    expect(again.body.objects[0]).not.toHaveProperty('actions');
    expect(await usage('alice/twice')).toMatchObject({ lfs_size_bytes: 1000, lfs_object_count: 1 });
  });

  it.each([
    ['another body of the same size', (bytes: Buffer) => Buffer.from(bytes).fill(7)],
    ['a body that is short', (bytes: Buffer) => bytes.subarray(1)],
    ['a body that is long', (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ])('refuses %s and keeps nothing', async (_what, spoil) => {
    const bytes = randomBytes(5000);
    await alice.api('POST', '/api/v3/user/repos', { name: 'picky' });
    const action = await uploadAction(alice, 'alice/picky', bytes);
    const answer = await put(action.href, spoil(bytes));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toEqual(expect.objectContaining({ message: expect.any(String) }));
    const object = { oid: sha256(bytes), size: bytes.length };
    const { body } = await batch(alice, 'alice/picky', { operation: 'download', objects: [object] });
    expect(body.objects[0]).toMatchObject({ error: { code: 404 } });
    expect(await usage('alice/picky')).toMatchObject({ lfs_object_count: 0 });
  });

  // The same process, whatever the store; a gigabyte to S3 only takes longer.
  const itOnFiles = store === 'S3' ? null : it;
  itOnFiles?.('does not look through its whole memory again and again while a large body passes', async () => {
    const wholeCollections = async () => {
      const metrics = await (await fetch(`${hub.url}/metrics`)).text();
      return Number(/^nodejs_gc_duration_seconds_count\{kind="major"\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
    };
    const bytes = Buffer.alloc(384 * 1024 * 1024, 'large');
    await alice.createRepository('heavy');
    const { href } = await uploadAction(alice, 'alice/heavy', bytes);
    const before = await wholeCollections();
    for (let n = 0; n < 3; n++) expect((await put(href, bytes)).status).toBe(200);
    expect((await wholeCollections()) - before).toBeLessThan(5);
  });

  it('serves ranges, the entity tag and 304', async () => {
    const bytes = randomBytes(100_000);
    await alice.createRepository('ranges');
    await put((await uploadAction(alice, 'alice/ranges', bytes)).href, bytes);
    const objects = [{ oid: sha256(bytes), size: bytes.length }];
    const { body } = await batch(alice, 'alice/ranges', { operation: 'download', objects });
    const href = body.objects[0]?.actions?.download?.href ?? '';
    const part = await fetch(href, { headers: { range: 'bytes=500-999' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe('bytes 500-999/100000');
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(500, 1000))).toBe(true);
    const tail = await fetch(href, { headers: { range: 'bytes=-10' } });
    expect(Buffer.from(await tail.arrayBuffer()).equals(bytes.subarray(-10))).toBe(true);
    const etag = part.headers.get('etag') ?? '';
    expect(etag).toBe(`"${sha256(bytes)}"`);
    expect((await fetch(href, { headers: { 'if-none-match': etag } })).status).toBe(304);
    expect((await fetch(href, { headers: { 'if-match': etag, range: 'bytes=0-0' } })).status).toBe(206);
    expect((await fetch(href, { headers: { 'if-match': '"another"' } })).status).toBe(412);
    const behind = await fetch(href, { headers: { range: 'bytes=100000-' } });
    expect([behind.status, behind.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
  });

  it('fails one bad object and transfers the others', async () => {
    await alice.api('POST', '/api/v3/user/repos', { name: 'mixed' });
    const good = { oid: 'a'.repeat(64), size: 1 };
    const objects = [
      good,
      { oid: 'A'.repeat(64), size: 1 },
      { oid: '../../etc', size: 1 },
      { oid: 'b'.repeat(64), size: -1 },
    ];
    const { status, body } = await batch(alice, 'alice/mixed', { operation: 'upload', objects });
    expect(status).toBe(200);
    expect(body.objects.map((object) => object.error?.code)).toEqual([undefined, 422, 422, 422]);
    expect(body.objects[0]?.actions).toHaveProperty('upload');
  });

  it.each([
    ['garbage', '{', 400, 'JSON'],
    ['another hash', JSON.stringify({ operation: 'upload', objects: [], hash_algo: 'sha512' }), 409, 'sha512'],
    ['another operation', JSON.stringify({ operation: 'steal', objects: [] }), 422, 'operation: '],
    [
      'a size in words',
      JSON.stringify({ operation: 'upload', objects: [{ oid: 'a', size: 'ten' }] }),
      422,
      'objects.0.size: ',
    ],
    [
      'too many objects',
      JSON.stringify({
        operation: 'download',
        objects: Array.from({ length: 1001 }, () => ({ oid: 'a'.repeat(64), size: 1 })),
      }),
      413,
      'at most 1000',
    ],
  ])('answers %s as the specification says, and says what is wrong', async (_what, body, status, fault) => {
    await alice.api('POST', '/api/v3/user/repos', { name: 'mixed' });
    const answer = await fetch(`${hub.url}/alice/mixed.git/info/lfs/objects/batch`, {
      method: 'POST',
      headers: { 'content-type': LFS, authorization: `Bearer ${alice.token}` },
      body,
    });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain(LFS);
    expect(await answer.json()).toEqual(
      expect.objectContaining({ message: expect.stringContaining(fault), request_id: expect.any(String) }),
    );
  });

  describe('an attacker', () => {
    let secret: Buffer;

    beforeAll(async () => {
      secret = randomBytes(2000);
      await alice.createRepository('vault');
      await put((await uploadAction(alice, 'alice/vault', secret)).href, secret);
      await mallory.createRepository('cave');
    });

    it('gets no bytes through a repository of its own, even knowing the oid', async () => {
      const objects = [{ oid: sha256(secret), size: secret.length }];
      const down = await batch(mallory, 'mallory/cave', { operation: 'download', objects });
      expect(down.body.objects[0]).toMatchObject({ error: { code: 404 } });
      const up = await batch(mallory, 'mallory/cave', { operation: 'upload', objects });
      // It must show the bytes: that the hub has them is not said.
      expect(up.body.objects[0]?.actions).toHaveProperty('upload');
    });

    it('cannot verify or download what it did not upload', async () => {
      const verify = await callApi(hub, {
        method: 'POST',
        path: '/mallory/cave.git/info/lfs/objects/verify',
        authorization: `Bearer ${mallory.token}`,
        body: { oid: sha256(secret), size: secret.length },
      });
      expect(verify.status).toBe(404);
      const anonymous = await batch(null, 'alice/vault', { operation: 'download', objects: [] });
      expect(anonymous.status).toBe(401);
      expect(anonymous.headers.get('lfs-authenticate')).toContain('Basic');
      const stranger = await batch(mallory, 'alice/vault', { operation: 'download', objects: [] });
      expect(stranger.status).toBe(404);
    });

    it('cannot alter a signed URL or use it for anything else', async () => {
      // As for a repository that is not there: who may not read it learns nothing of it.
      const mine = randomBytes(100);
      const { href } = await uploadAction(mallory, 'mallory/cave', mine);
      expect((await put(href.replace('mallory/cave', 'alice/vault'), mine)).status).toBe(401);
      expect((await put(href.replace(sha256(mine), sha256(secret)), secret)).status).toBe(401);
      expect((await put(href.replace('size=100', 'size=2000'), secret)).status).toBe(401);
      expect((await fetch(href)).status).toBe(401);
      expect((await put(href.replace(/expires=\d+/, 'expires=9999999999'), mine)).status).toBe(401);
    });

    it('may read a public repository and upload nothing to it', async () => {
      await alice.createRepository('open', { visibility: 'public' });
      const request = { operation: 'upload', objects: [{ oid: 'c'.repeat(64), size: 5 }] };
      expect((await batch(mallory, 'alice/open', request)).status).toBe(403);
      expect((await batch(null, 'alice/open', request)).status).toBe(401);
    });
  });

  it('takes what the caller can read elsewhere without a second upload, and counts it in both', async () => {
    const bytes = randomBytes(3000);
    await alice.createRepository('origin');
    await alice.createRepository('copy');
    await put((await uploadAction(alice, 'alice/origin', bytes)).href, bytes);
    const objects = [{ oid: sha256(bytes), size: bytes.length }];
    const { body } = await batch(alice, 'alice/copy', { operation: 'upload', objects });
    expect(body.objects[0]).not.toHaveProperty('actions');
    expect(await usage('alice/origin')).toMatchObject({ lfs_size_bytes: 3000 });
    expect(await usage('alice/copy')).toMatchObject({ lfs_size_bytes: 3000 });
  });

  it('refuses a push whose pointers have no object, with the paths and the mending command', async () => {
    const cwd = await lfsTree(alice, 'alice/forgot', { 'model.bin': randomBytes(100) });
    const pushed = await alice.git(['push', 'origin', 'main'], { cwd, env: { GIT_LFS_SKIP_PUSH: '1' } });
    expect(pushed.code).not.toBe(0);
    expect(pushed.stderr).toMatch(/remote:.*model\.bin/);
    expect(pushed.stderr).toContain('git lfs push --all');
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  });
});
