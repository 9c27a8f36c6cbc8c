import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request as ask, type IncomingMessage, type RequestOptions, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PageThread } from './page-thread';
import type { PageFailure } from './page-thread-messages';

/** Answers as a path asks; what it was asked with comes back as JSON. */
const PROGRAM = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer(async (request, response) => {
    response.on('close', () => response.writableFinished || parentPort.postMessage(
      { event: 'failed', error: new Error('reader left'), requestId: '', path: request.url }));
    if (request.url === '/end') process.exit(3);
    if (request.url === '/half') {
      response.write('half');
      return setTimeout(() => process.exit(3), 50);
    }
    if (request.url === '/silent') return;
    if (request.url === '/early') return response.writeHead(413).end();
    if (request.url === '/many') {
      response.setHeader('Set-Cookie', ['a=1', 'b=2']);
      response.setHeader('X-Page', 'its own');
      return response.writeHead(404).end('none');
    }
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body, env: process.env }));
  });
  server.listen(workerData.socketPath, () => parentPort.postMessage({ event: 'listening' }));
  parentPort.once('message', () => { server.close(); server.closeAllConnections(); parentPort.close(); });
`;

let directory: string;
let pages: PageThread;
let front: Server;
const failures: PageFailure[] = [];
const lost: Error[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'page-thread-'));
  const filename = join(directory, 'program.cjs');
  await writeFile(filename, PROGRAM);
  pages = PageThread.open({
    ...{ root: directory, internalUrl: 'http://127.0.0.1:1', logLevel: 'info', program: { filename } },
    onFailure: (failure) => void failures.push(failure),
    onLost: (error) => void lost.push(error),
  });
  await pages.ready();
  front = createServer((request, response) => {
    response.setHeader('X-Page', 'of the hub').setHeader('X-Hub', 'kept');
    pages.handle(request, response).catch((error: Error) => response.writeHead(503).end(error.message));
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
});
afterAll(async () => {
  front.close();
  front.closeAllConnections();
  await pages.close();
  await rm(directory, { recursive: true });
});

const address = () => ({ host: '127.0.0.1', port: (front.address() as AddressInfo).port });

async function get(path: string, options: RequestOptions = {}, body?: string): Promise<IncomingMessage> {
  const asked = ask({ ...address(), path, ...options });
  // With text, Node would send the headers in the body's encoding.
  asked.end(body === undefined ? undefined : Buffer.from(body));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

interface Heard {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
  env: Record<string, string>;
}
const heard = async (answer: IncomingMessage) => JSON.parse(await text(answer)) as Heard;

it('passes on method, address, headers and body as they are', async () => {
  const headers = { host: 'hub.example', cookie: 'a=1; b=2', 'x-bytes': 'f\u00fcr' };
  const answer = await heard(await get('/a%2Fb?q=%00#', { method: 'POST', headers }, 'name=value'));
  expect(answer).toMatchObject({ method: 'POST', url: '/a%2Fb?q=%00#', headers, body: 'name=value' });
});

it('passes on no header that belongs to one connection', async () => {
  const headers = { connection: 'keep-alive, upgrade', upgrade: 'h2c', te: 'trailers', expect: '100-continue' };
  const answer = await heard(await get('/', { headers }));
  for (const name of ['upgrade', 'te', 'expect']) expect(answer.headers).not.toHaveProperty(name);
  expect(answer.headers['connection']).toBe('keep-alive');
});

it("answers with the page's status and headers, over the hub's", async () => {
  const answer = await get('/many');
  expect(answer.statusCode).toBe(404);
  expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-page': 'its own', 'x-hub': 'kept' });
  expect(await text(answer)).toBe('none');
});

it('answers without a body where none belongs', async () => {
  const answer = await get('/', { method: 'HEAD' });
  expect([answer.statusCode, await text(answer)]).toEqual([200, '']);
});

it('gives an answer that comes before the body has', async () => {
  const asked = ask({ ...address(), path: '/early', method: 'POST' });
  asked.write('x'.repeat(1_000_000));
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect([answer.statusCode, await text(answer)]).toEqual([413, '']);
  await new Promise<void>((resolve) => asked.end('the rest', resolve));
});

it('knows nothing of what the hub was told for its database, its store and its administrator', async () => {
  process.env['DATABASE_URL'] = 'postgres://granary:secret@db/granary';
  try {
    const env = (await heard(await get('/'))).env;
    expect(Object.keys(env).filter((name) => /DATABASE|REDIS|S3_|GRANARY_ADMIN/.test(name))).toEqual([]);
  } finally {
    delete process.env['DATABASE_URL'];
  }
});

it('lets go of a page whose reader has left', async () => {
  const asked = ask({ ...address(), path: '/silent' });
  asked.on('error', () => undefined).end();
  await until(() => pagesUnderWay() > 0);
  asked.destroy();
  await until(() => failures.some(({ path }) => path === '/silent'));
});

it('is unavailable for a page that ends the thread, and serves the next one', async () => {
  const answer = await get('/end');
  expect([answer.statusCode, await text(answer)]).toEqual([503, 'The hub cannot show pages at this moment.']);
  await until(() => lost.length === 1);
  expect(lost[0]?.message).toBe('the thread of the pages ended with status 3');
  expect((await get('/')).statusCode).toBe(200);
  expect(pages.starts).toBe(2);
});

it('cuts an answer whose thread ends: what is half is not taken for whole', async () => {
  await expect(text(await get('/half'))).rejects.toThrow('aborted');
  await until(() => lost.length === 2);
  expect((await get('/')).statusCode).toBe(200);
});

it('tells that a thread does not start, and leaves nothing behind when it is closed', async () => {
  const filename = join(directory, 'broken.cjs');
  await writeFile(filename, 'throw new Error("no build")');
  const broken = PageThread.open({
    ...{ root: directory, internalUrl: '', logLevel: 'info', program: { filename } },
    onFailure: () => undefined,
    onLost: () => undefined,
  });
  const error = await broken.ready().catch((reason: Error) => reason);
  expect(String((error as Error).cause)).toBe('Error: no build');
  const place = dirname(broken.socketPath);
  expect(existsSync(place)).toBe(true);
  await broken.close();
  expect(existsSync(place)).toBe(false);
});

const pagesUnderWay = () => pages.underWay;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
