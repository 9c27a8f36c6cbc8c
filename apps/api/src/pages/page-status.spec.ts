import { once } from 'node:events';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PageExchange } from '@granary/api-contract';
import { answerWithPageStatus } from './page-status';

let server: Server;
let listener: RequestListener;
let exchange: PageExchange;

beforeEach(async () => {
  server = createServer((incoming, response) => {
    answerWithPageStatus(response, exchange);
    listener(incoming, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => server.close());

const asked = (isData: boolean, status: number | null = null): PageExchange => ({
  ...{ isData, status, asides: new Map(), requestId: 'request-1', onFailure: () => undefined },
});

async function answer() {
  const { port } = server.address() as AddressInfo;
  const sent = request({ port, host: '127.0.0.1' }).end();
  const [got] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
  return { status: got.statusCode, headers: got.headers, body: await text(got) };
}

/** As Next does for its router: the head first, then rows as they come. */
const rows =
  (chunks: string[], refuse: () => void = () => undefined): RequestListener =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'text/x-component' });
    for (const chunk of chunks) response.write(chunk);
    refuse();
    response.end();
  };

it('tells the status of a page that was refused', async () => {
  exchange = asked(false);
  listener = (_, response) => {
    exchange.status = 404;
    response.statusCode = 200;
    response.end('nothing here');
  };
  expect(await answer()).toMatchObject({ status: 404, body: 'nothing here' });
});

it('tells it where Next began its answer before the page was known', async () => {
  exchange = asked(true);
  listener = rows(['0:["page"]\n', '1:"refused"\n'], () => (exchange.status = 403));
  expect(await answer()).toMatchObject({
    status: 403,
    body: '0:["page"]\n1:"refused"\n',
    headers: { 'content-type': 'text/x-component' },
  });
});

it.each([[['0:["page"]\n']], [[]]])('leaves a page as it is: %j', async (chunks) => {
  for (const isData of [true, false]) {
    exchange = asked(isData);
    listener = rows(chunks);
    expect(await answer()).toMatchObject({ status: 200, body: chunks.join('') });
  }
});

it('holds no more than a refusal can have', async () => {
  const large = 'x'.repeat(300 * 1024);
  exchange = asked(true);
  listener = rows([large, 'more'], () => (exchange.status = 404));
  expect(await answer()).toMatchObject({ status: 200, body: `${large}more` });
});

it('keeps another status', async () => {
  exchange = asked(true, 404);
  listener = (_, response) => response.writeHead(303, { location: '/' }).end();
  expect((await answer()).status).toBe(303);
});
