import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MIB } from '@granary/kernel';
import { Client } from 'minio';
import { describeObjectStore } from '../conformance/object-store.conformance';
import type { ObjectStore } from '../object-store';
import { startS3, type S3Server } from '../testing/s3-server';
import { createS3ObjectStore, type S3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store';

const ttlSeconds = 300;
const PAST = { now: () => new Date(Date.now() - 600_000) };

let server: S3Server;
let bucketCount = 0;

beforeAll(async () => {
  server = await startS3();
}, 60_000);
afterAll(() => server?.stop());

async function newStore(options: Partial<S3ObjectStoreOptions> = {}) {
  const { endpoint, accessKey, secretKey, region } = server;
  const bucket = `bucket-${++bucketCount}`;
  const store = createS3ObjectStore({ endpoint, accessKey, secretKey, region, bucket, ...options });
  await store.ensureBucket();
  return { bucket, store };
}

/** Swift keeps the parts in a container beside the bucket's; those of a finished object stay there, named by its key. */
async function leftovers(store: ObjectStore, bucket: string): Promise<string[]> {
  const login = await fetch(`${server.endpoint}/auth/v1.0`, {
    headers: { 'x-storage-user': server.accessKey, 'x-storage-pass': server.secretKey },
  });
  const headers = { 'x-auth-token': login.headers.get('x-auth-token') ?? '' };
  const answer = await fetch(`${login.headers.get('x-storage-url')}/${bucket}+segments?format=json`, { headers });
  const names = answer.status === 200 ? ((await answer.json()) as { name: string }[]).map(({ name }) => name) : [];
  const unfinished: string[] = [];
  for (const name of names) {
    const [, key, part] = /^granary\/(.*?)\/[^/]{20,}(\/\d+)?$/.exec(name) ?? [];
    if (part === undefined || !(await store.stat(key ?? ''))) unfinished.push(name);
  }
  return unfinished;
}

describeObjectStore('S3', async () => {
  const { bucket, store } = await newStore({ partSizeBytes: 5 * MIB, copyPartBytes: 16 * MIB, listPageSize: 2 });
  return { store, leftovers: () => leftovers(store, bucket), dispose: () => store.close() };
});

describe('the S3 store', () => {
  let bucket: string;
  let store: S3ObjectStore;

  beforeAll(async () => ({ bucket, store } = await newStore()));
  afterAll(() => store?.close());

  const put = (key: string, body: string) => store.put(key, Readable.from([Buffer.from(body)]));

  it('keeps to its prefix of the bucket', async () => {
    const { endpoint, accessKey, secretKey, region } = server;
    const other = createS3ObjectStore({ endpoint, accessKey, secretKey, region, bucket, keyPrefix: 'other/' });
    await other.put('mine', Readable.from([Buffer.from('x')]));
    await put('0012', 'digits alone');
    expect(await store.stat('mine')).toBeNull();
    const keys: string[] = [];
    for await (const { key } of store.list('')) keys.push(key);
    expect(keys).toEqual(['0012']);
    await other.close();
  });

  it('keeps the content type, also when moved in parts', async () => {
    const { store: cutting } = await newStore({ copyPartBytes: 5 * MIB });
    const source = Readable.from([Buffer.alloc(11 * MIB)]);
    await cutting.put('from', source, { contentType: 'image/png' });
    await cutting.move('from', 'to');
    const answer = await fetch(await cutting.presignGet('to', { ttlSeconds }), { headers: { range: 'bytes=0-0' } });
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('content-range')).toBe(`bytes 0-0/${11 * MIB}`);
    await cutting.close();
  });

  it('makes its bucket once', async () => {
    await expect(store.ensureBucket()).resolves.toBeUndefined();
  });

  describe('presigned GET', () => {
    it('gives the object, named and typed', async () => {
      await put('get/report', 'hello world');
      const contentType = 'application/pdf';
      const url = await store.presignGet('get/report', { ttlSeconds, fileName: 'Bericht "ö".pdf', contentType });
      const answer = await fetch(url);
      expect(await answer.text()).toBe('hello world');
      expect(answer.headers.get('content-type')).toBe(contentType);
      const disposition = `attachment; filename="Bericht ____.pdf"; filename*=UTF-8''Bericht%20%22%C3%B6%22.pdf`;
      expect(answer.headers.get('content-disposition')).toBe(disposition.replace('____', '___'));
    });

    it('gives a range', async () => {
      await put('get/range', 'hello world');
      const url = await store.presignGet('get/range', { ttlSeconds });
      const answer = await fetch(url, { headers: { range: 'bytes=-5' } });
      expect([answer.status, await answer.text()]).toEqual([206, 'world']);
    });

    it('is refused when tampered with, for another object and for another method', async () => {
      await put('get/mine', 'mine');
      await put('get/theirs', 'theirs');
      const url = await store.presignGet('get/mine', { ttlSeconds, fileName: 'mine' });
      const forged = [
        url.replace(/(X-Amz-Signature=)(.)/, (_all, name, digit) => `${name}${digit === '0' ? '1' : '0'}`),
        url.replace('get/mine', 'get/theirs'),
        url.replace(`X-Amz-Expires=${ttlSeconds}`, 'X-Amz-Expires=86400'),
        url.replace('%22mine%22', '%22yours%22'),
      ];
      for (const target of forged) {
        expect(target).not.toBe(url);
        expect((await fetch(target)).status).toBe(403);
      }
      expect((await fetch(url.replace(/\?.*/, ''))).ok).toBe(false);
      expect((await fetch(url, { method: 'DELETE' })).status).toBe(403);
      expect((await fetch(url, { method: 'PUT', body: 'new' })).status).toBe(403);
      expect((await fetch(url)).status).toBe(200);
    });

    it('expires', async () => {
      const { store: late } = await newStore({ clock: PAST });
      await late.put('expired', Readable.from([Buffer.from('x')]));
      expect((await fetch(await late.presignGet('expired', { ttlSeconds: 599 }))).status).toBe(403);
      expect((await fetch(await late.presignGet('expired', { ttlSeconds: 3600 }))).status).toBe(200);
      await late.close();
    });
  });

  describe('presigned PUT', () => {
    const body = 'hello world';
    const sha256 = (text: string) => createHash('sha256').update(text).digest('base64');
    const options = { ttlSeconds, sizeBytes: body.length, sha256Base64: sha256(body), contentType: 'text/plain' };

    it('stores the announced body', async () => {
      const { url, headers } = await store.presignPut('put/good', options);
      expect(headers).toEqual({ 'content-type': 'text/plain', 'x-amz-checksum-sha256': sha256(body) });
      expect((await fetch(url, { method: 'PUT', body, headers })).status).toBe(200);
      expect((await buffer(await store.read('put/good'))).toString()).toBe(body);
    });

    it('needs no more than a lifetime', async () => {
      const { url, headers } = await store.presignPut('put/plain', { ttlSeconds });
      expect(headers).toEqual({});
      expect((await fetch(url, { method: 'PUT', body })).status).toBe(200);
    });

    it.each([
      ['a larger body', { body: `${body}!` }],
      ['a smaller body', { body: 'hello' }],
      ['another checksum', { headers: { 'x-amz-checksum-sha256': sha256('other'), 'content-type': 'text/plain' } }],
      ['no checksum', { headers: { 'content-type': 'text/plain' } }],
      ['another type', { headers: { 'x-amz-checksum-sha256': sha256(body), 'content-type': 'text/html' } }],
      ['another method', { method: 'DELETE', body: undefined }],
    ])('refuses %s', async (_what, change) => {
      const { url, headers } = await store.presignPut('put/refused', options);
      expect((await fetch(url, { method: 'PUT', body, headers, ...change })).status).toBe(403);
      expect(await store.stat('put/refused')).toBeNull();
    });

    it('is refused when tampered with and for another object', async () => {
      const { url, headers } = await store.presignPut('put/mine', options);
      const forged = [
        url.replace(/(X-Amz-Signature=)(.)/, (_all, name, digit) => `${name}${digit === '0' ? '1' : '0'}`),
        url.replace('put/mine', 'put/theirs'),
        url.replace(`X-Amz-Expires=${ttlSeconds}`, 'X-Amz-Expires=86400'),
      ];
      for (const target of forged) {
        expect(target).not.toBe(url);
        expect((await fetch(target, { method: 'PUT', body, headers })).status).toBe(403);
      }
      expect(await store.stat('put/mine')).toBeNull();
      expect(await store.stat('put/theirs')).toBeNull();
    });

    it('expires', async () => {
      const { store: late } = await newStore({ clock: PAST });
      const { url, headers } = await late.presignPut('expired', { ...options, ttlSeconds: 599 });
      expect((await fetch(url, { method: 'PUT', body, headers })).status).toBe(403);
      expect(await late.stat('expired')).toBeNull();
      await late.close();
    });
  });

  it('sweeps uploads that nobody finished, and those alone', async () => {
    const { bucket: swept, store: sweeper } = await newStore();
    const { hostname: endPoint, port } = new URL(server.endpoint);
    const { accessKey, secretKey, region } = server;
    const client = new Client({ endPoint, port: Number(port), useSSL: false, accessKey, secretKey, region });
    await client.initiateNewMultipartUpload(swept, 'granary/a/crashed', {});
    await client.initiateNewMultipartUpload(swept, 'granary/b/crashed', {});
    await client.initiateNewMultipartUpload(swept, 'other/crashed', {});
    await sweeper.put('kept', Readable.from([Buffer.alloc(20 * MIB)]));
    expect(await sweeper.sweepStale(3_600_000)).toBe(0);
    expect(await sweeper.sweepStale(-60_000)).toBe(2);
    expect(await sweeper.sweepStale(-60_000)).toBe(0);
    expect(await sweeper.stat('kept')).toMatchObject({ sizeBytes: 20 * MIB });
    expect(await leftovers(sweeper, swept)).toEqual([expect.stringMatching(/^other/)]);
    await sweeper.close();
  });
});
