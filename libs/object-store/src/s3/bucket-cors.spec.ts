import http, { type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createS3ObjectStore, type S3ObjectStore } from './s3-object-store';

const ERROR = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
const THEIRS =
  '<CORSRule><AllowedOrigin>https://else.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule>';

/** The CORS part of a bucket as the S3 API reference tells it: no S3 server at hand has one. */
let server: Server;
let store: S3ObjectStore;
let configuration: string | null;
let writes: number;
let refuse: { status: number; code: string } | null;

beforeAll(async () => {
  server = http.createServer(async (request, response) => {
    const body = await text(request);
    if (!/^\/bucket\/?\?cors$/.test(request.url ?? '')) return response.writeHead(400).end();
    if (refuse) return response.writeHead(refuse.status).end(ERROR(refuse.code));
    if (request.method === 'PUT') {
      if (!request.headers['content-md5']) return response.writeHead(400).end(ERROR('InvalidRequest'));
      configuration = body;
      writes++;
      return response.writeHead(200).end();
    }
    if (configuration === null) return response.writeHead(404).end(ERROR('NoSuchCORSConfiguration'));
    return response.writeHead(200, { 'content-type': 'application/xml' }).end(configuration);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  store = createS3ObjectStore({ endpoint, bucket: 'bucket', region: 'us-east-1', accessKey: 'a', secretKey: 'b' });
});
afterAll(async () => {
  await store.close();
  server.close();
});
beforeEach(() => ([configuration, writes, refuse] = [null, 0, null]));

const allowed = () => [...(configuration ?? '').matchAll(/<AllowedOrigin>(.*?)<\/AllowedOrigin>/g)].map(([, at]) => at);

it('allows the origin where nothing is set, once', async () => {
  await store.allowOrigin('https://hub.example');
  await store.allowOrigin('https://hub.example');
  expect(writes).toBe(1);
  expect(allowed()).toEqual(['https://hub.example']);
  for (const part of ['<AllowedMethod>PUT<', '<AllowedMethod>GET<', '>content-type<', '>x-amz-checksum-sha256<']) {
    expect(configuration).toContain(part);
  }
});

it('keeps the rules of others, and replaces its own', async () => {
  configuration = `<CORSConfiguration>\n${THEIRS}\n</CORSConfiguration>`;
  await store.allowOrigin('https://old.example');
  await store.allowOrigin('https://new.example:8443');
  expect(allowed()).toEqual(['https://else.example', 'https://new.example:8443']);
  expect(configuration).toContain(THEIRS);
});

it.each([
  [403, 'AccessDenied'],
  [501, 'NotImplemented'],
])('tells that a store refuses (%d)', async (status, code) => {
  refuse = { status, code };
  await expect(store.allowOrigin('https://hub.example')).rejects.toMatchObject({ code: 'unavailable' });
});
