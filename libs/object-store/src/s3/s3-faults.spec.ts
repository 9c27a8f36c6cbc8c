import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { MIB } from '@granary/kernel';
import { startFaultyProxy, type FaultyProxy } from '../testing/faulty-proxy';
import { startS3, type S3Server } from '../testing/s3-server';
import { createS3ObjectStore, type S3ObjectStore, type S3ObjectStoreOptions } from './s3-object-store';

let server: S3Server;
let proxy: FaultyProxy;
let store: S3ObjectStore;
let stores: S3ObjectStore[] = [];

function open(change: Partial<S3ObjectStoreOptions> = {}): S3ObjectStore {
  const { accessKey, secretKey, region } = server;
  const made = createS3ObjectStore({
    endpoint: proxy.endpoint,
    bucket: 'faults',
    accessKey,
    secretKey,
    region,
    ...change,
  });
  stores.push(made);
  return made;
}

beforeAll(async () => {
  server = await startS3();
  proxy = await startFaultyProxy(server.endpoint);
  await open().ensureBucket();
}, 60_000);
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
});
beforeEach(() => {
  proxy.fault = () => 'pass';
  proxy.seen.length = 0;
  store = open();
});
afterEach(async () => {
  await Promise.all(stores.map((made) => made.close()));
  stores = [];
});

const put = (key: string, body: Buffer | string) => store.put(key, Readable.from([Buffer.from(body)]));
const isPart = ({ method, url }: IncomingMessage) => method === 'PUT' && /partNumber=/.test(url ?? '');
const isCompletion = ({ method, url }: IncomingMessage) => method === 'POST' && /\?uploadId=/.test(url ?? '');
const isAbort = ({ method, url }: IncomingMessage) => method === 'DELETE' && /uploadId=/.test(url ?? '');

describe('the S3 store before a failing server', () => {
  it('tries again after a transient failure', async () => {
    await put('retried', 'body');
    proxy.seen.length = 0;
    proxy.fault = () => (proxy.seen.length < 3 ? 503 : 'pass');
    expect((await buffer(await store.read('retried'))).toString()).toBe('body');
    expect(proxy.seen).toHaveLength(3);
  });

  it('gives up after three tries', async () => {
    proxy.fault = () => 500;
    await expect(store.stat('any')).rejects.toMatchObject({ code: 'unavailable', cause: expect.anything() });
    expect(proxy.seen).toHaveLength(3);
    await expect(put('any', 'x')).rejects.toMatchObject({ code: 'unavailable' });
    await expect(store.check()).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('never passes a cut body off as whole', async () => {
    await put('cut', randomBytes(4 * MIB));
    proxy.fault = () => 'cut body';
    await expect(buffer(await store.read('cut'))).rejects.toThrow();
  });

  it('refuses a whole body in answer to a range', async () => {
    proxy.fault = () => 200;
    const read = store.read('whole', { range: { start: 1, end: 2 } });
    await expect(read).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('frees the parts of a failed upload, although its source pauses', async () => {
    proxy.fault = (request) => (isPart(request) ? 500 : 'pass');
    const source = new Readable({ read() {} });
    const stored = store.put('failed', source);
    source.push(randomBytes(40 * MIB));
    await expect(stored).rejects.toMatchObject({ code: 'unavailable' });
    expect(source.destroyed).toBe(true);
    expect(proxy.seen.filter((line) => /^DELETE .*uploadId=/.test(line))).toHaveLength(1);
    proxy.fault = () => 'pass';
    expect(await store.stat('failed')).toBeNull();
    expect(await store.sweepStale(-60_000)).toBe(0);
  });

  it('leaves to the sweep what it could not free', async () => {
    proxy.fault = (request) => (isPart(request) || isAbort(request) ? 500 : 'pass');
    await expect(put('unfreed', randomBytes(20 * MIB))).rejects.toMatchObject({ code: 'unavailable' });
    proxy.fault = () => 'pass';
    expect(await store.sweepStale(-60_000)).toBe(1);
  });

  it('survives that the answer to the completion was lost', async () => {
    let lost = false;
    proxy.fault = (request) => {
      if (lost || !isCompletion(request)) return 'pass';
      lost = true;
      return 'lose answer';
    };
    const body = randomBytes(20 * MIB);
    expect(await put('completed', body)).toEqual({ sizeBytes: body.length });
    expect(lost).toBe(true);
    expect((await buffer(await store.read('completed'))).equals(body)).toBe(true);
  });

  it('does not believe a completion that left nothing', async () => {
    proxy.fault = ({ method }) => (method === 'HEAD' ? 404 : 'pass');
    await expect(put('vanished', randomBytes(20 * MIB))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('keeps the source of a move whose copy failed', async () => {
    await put('from', 'body');
    proxy.fault = ({ method }) => (method === 'PUT' ? 500 : 'pass');
    await expect(store.move('from', 'to')).rejects.toMatchObject({ code: 'unavailable' });
    proxy.fault = () => 'pass';
    expect(await store.stat('from')).toMatchObject({ sizeBytes: 4 });
    expect(await store.stat('to')).toBeNull();
  });

  it('gives up on a silent server', async () => {
    proxy.fault = () => 'hang';
    const impatient = open({ idleTimeoutMs: 50 });
    await expect(impatient.stat('any')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('ends a request at an abort', async () => {
    const abort = new AbortController();
    proxy.fault = () => {
      abort.abort();
      return 'hang';
    };
    await expect(store.read('any', { signal: abort.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(proxy.seen).toHaveLength(1);
  });

  it('tells an unreachable server, wrong credentials and a missing bucket', async () => {
    const gone = await startFaultyProxy(server.endpoint);
    await gone.stop();
    const unavailable = (message: string) => ({ code: 'unavailable', message: expect.stringContaining(message) });
    await expect(open({ endpoint: gone.endpoint }).check()).rejects.toMatchObject(unavailable('ECONNREFUSED'));
    await expect(open({ secretKey: 'wrong' }).check()).rejects.toMatchObject(unavailable('refused the credentials'));
    await expect(open({ bucket: 'missing' }).check()).rejects.toMatchObject(unavailable('missing does not exist'));
    // Users are not told why.
    const wrong = open({ secretKey: 'wrong' });
    const put = wrong.put('a', Readable.from([Buffer.from('x')]));
    await expect(put).rejects.toMatchObject(unavailable('not available right now'));
    await expect(wrong.stat('a')).rejects.toMatchObject(unavailable('not available right now'));
  });
});
