import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createS3ObjectStore, type S3ObjectStore } from './s3-object-store';

/** One object behind a server that fails as it is told to. */
let server: Server;
let store: S3ObjectStore;
let body: Buffer;
let etag: string;
let seen: string[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.range ?? ''}`.trim());
    request.resume();
    request.once('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  store = createS3ObjectStore({ endpoint, bucket: 'bucket', region: 'r', accessKey: 'AKIDENTITY', secretKey: 'hush' });
});
afterAll(async () => {
  await store.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  [body, etag, seen] = [randomBytes(300_000), '"one"', []];
  answer = serve;
});

function serve(request: IncomingMessage, response: ServerResponse, cutAfterBytes = Infinity): void {
  const [, from, to] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
  const part = body.subarray(Number(from ?? 0), to ? Number(to) + 1 : undefined);
  response.writeHead(from === undefined ? 200 : 206, { etag, 'content-length': part.length });
  if (part.length <= cutAfterBytes) response.end(part);
  else response.write(part.subarray(0, cutAfterBytes), () => setTimeout(() => response.destroy(), 20));
}

const fail = (status: number, code: string) => (_request: IncomingMessage, response: ServerResponse) =>
  void response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>Please reduce your request rate, AKIDENTITY</Message></Error>`);

it('a body that breaks off is gone on with where it broke off', async () => {
  let cuts = 2;
  answer = (request, response) => serve(request, response, cuts-- > 0 ? 100_000 : Infinity);
  expect((await buffer(await store.read('object'))).equals(body)).toBe(true);
  expect(seen).toEqual(['GET', 'GET bytes=100000-', 'GET bytes=200000-']);
});

it('a range that breaks off too, and no byte more than was asked for', async () => {
  let cuts = 1;
  answer = (request, response) => serve(request, response, cuts-- > 0 ? 1_000 : Infinity);
  const range = { start: 10, end: 5_000 };
  expect((await buffer(await store.read('object', { range }))).equals(body.subarray(10, 5_001))).toBe(true);
  expect(seen).toEqual(['GET bytes=10-5000', 'GET bytes=1010-5000']);
});

it('a body is never put together from two objects', async () => {
  answer = (request, response) => {
    serve(request, response, 1_000);
    etag = '"another"';
  };
  await expect(buffer(await store.read('object'))).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen).toHaveLength(2);
});

it.each([
  [500, 'InternalError'],
  [503, 'SlowDown'],
  [403, 'SignatureDoesNotMatch'],
])('%d %s is told in a sentence of the hub, without what the store said', async (status, code) => {
  answer = fail(status, code);
  const error = await store.read('object').then(
    () => null,
    (thrown: Error & { code: string; hint: string; retryAfterSeconds: number }) => thrown,
  );
  expect(error).toMatchObject({ code: 'unavailable', retryAfterSeconds: 10 });
  expect(`${error?.message} ${error?.hint}`).toBe(
    'The object store is not available right now. Try again in a few seconds.',
  );
});

it('a part that the store has no time for is sent again', async () => {
  let refusals = 4;
  answer = (request, response) => {
    if (request.method === 'PUT' && refusals-- > 0) return fail(503, 'SlowDown')(request, response);
    response.writeHead(200, { etag }).end();
  };
  await store.put('object', Readable.from([body]), { sizeBytes: body.length });
  expect(seen).toEqual(Array(5).fill('PUT'));
}, 20_000);
