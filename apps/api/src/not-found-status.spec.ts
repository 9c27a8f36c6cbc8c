import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { answerNotFoundTo } from './not-found-status';

const NOT_FOUND = '0:["page"]\n1:E{"digest":"NEXT_HTTP_ERROR_FALLBACK;404"}\n';

let server: Server;
let listener: RequestListener;

beforeEach(async () => {
  server = createServer((incoming, response) => {
    answerNotFoundTo(incoming, response);
    listener(incoming, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

async function ask(headers: Record<string, string>, method = 'GET') {
  const { port } = server.address() as AddressInfo;
  const asked = request({ port, host: '127.0.0.1', method, headers }).end();
  const [answer] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
}

/** As Next does: the head first, then rows as they come. */
const rows =
  (...chunks: (string | Buffer)[]): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/x-component' });
    for (const chunk of chunks) response.write(chunk);
    response.end();
  };

it('tells the router 404 where Next tells it in a row of the stream', async () => {
  listener = rows('0:["page"]\n', '1:E{"digest":"NEXT_HTTP_ERROR_FALLBACK;404"}\n');
  expect(await ask({ rsc: '1' })).toMatchObject({
    status: 404,
    body: NOT_FOUND,
    headers: { 'content-type': 'text/x-component' },
  });
});

it('tells it so in an answer that is packed', async () => {
  listener = (_, response) => {
    response.setHeader('content-encoding', 'gzip');
    rows(gzipSync(NOT_FOUND))(_, response);
  };
  expect((await ask({ rsc: '1', 'accept-encoding': 'br, gzip' })).status).toBe(404);
});

it.each([
  ['a page', '0:["page"]\n'],
  ['a page that speaks of the row', `0:["${'x'.repeat(20)} 1:E{\\"digest\\":\\"NEXT_HTTP_ERROR_FALLBACK;404"]\n`],
  ['no body', ''],
])('leaves %s as it is', async (_, body) => {
  listener = rows(body);
  expect(await ask({ rsc: '1' })).toMatchObject({ status: 200, body });
});

it('holds no more than such an answer can have', async () => {
  const large = 'x'.repeat(300 * 1024);
  listener = rows(large, NOT_FOUND);
  expect(await ask({ rsc: '1' })).toMatchObject({ status: 200, body: large + NOT_FOUND });
});

it.each([
  ['who does not ask as the router', {}, 'GET'],
  ['a form', { rsc: '1' }, 'POST'],
])('does not touch the answer to %s', async (_, headers, method) => {
  listener = rows(NOT_FOUND);
  expect((await ask(headers, method)).status).toBe(200);
});

it('keeps another status', async () => {
  listener = (_, response) => response.writeHead(503).end(NOT_FOUND);
  expect((await ask({ rsc: '1' })).status).toBe(503);
});
