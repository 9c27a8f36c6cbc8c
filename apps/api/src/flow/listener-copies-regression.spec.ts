import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { ListenerCopies } from './listener-copies';

/** From the source: Node finds TypeScript by the hook. */
const PROGRAM = {
  filename: join(__dirname, 'listener-copies-program.ts'),
  execArgv: ['--require', join(__dirname, '../../../../tools/lib/typescript-hook.cjs')],
};

let server: Server;
let copies: ListenerCopies;
const clients: Socket[] = [];
const portOf = () => (server.address() as AddressInfo).port;

beforeEach(async () => {
  copies = new ListenerCopies(PROGRAM);
  server = createServer((_request, response) => response.end('served'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
  await Promise.all([copies.close(), new Promise((resolve) => server.close(resolve))]);
});

/** Lets a crowd knock at once. @returns how many are let in during each turn of the event loop in which some are. */
async function acceptedPerTurn(crowd: number): Promise<number[]> {
  const turns: number[] = [];
  let [now, all] = [0, 0];
  const count = () => (now++, all++);
  server.on('connection', count);
  for (let client = 0; client < crowd; client++) {
    const socket = connect(portOf(), '127.0.0.1');
    socket.on('error', () => undefined);
    clients.push(socket);
  }
  while (all < crowd) {
    await new Promise(setImmediate);
    if (now > 0) turns.push(now);
    now = 0;
  }
  server.off('connection', count);
  return turns;
}

it('lets in several of a crowd in a turn of the event loop, where Node alone lets in one', async () => {
  expect(Math.max(...(await acceptedPerTurn(40)))).toBe(1);
  await copies.open(server);
  expect(Math.max(...(await acceptedPerTurn(40)))).toBeGreaterThan(3);
});

const get = () =>
  new Promise<string>((resolve, reject) => {
    const sent = request({ port: portOf(), host: '127.0.0.1', agent: false }, (answer) => {
      answer.setEncoding('utf8').on('data', (text: string) => resolve(text));
    });
    sent.once('error', reject).end();
  });

it('serves who comes through a copy as any other', async () => {
  await copies.open(server);
  expect(await Promise.all(Array.from({ length: 40 }, get))).toEqual(Array.from({ length: 40 }, () => 'served'));
});

it('tells the server of clients that speak no HTTP, through whichever they come', async () => {
  await copies.open(server);
  let told = 0;
  server.on('clientError', (_error, socket) => (told++, socket.destroy()));
  for (let client = 0; client < 20; client++) {
    const socket = connect(portOf(), '127.0.0.1', () => socket.write('nonsense\r\n\r\n'));
    socket.on('error', () => undefined);
    clients.push(socket);
  }
  await Promise.all(clients.map((socket) => once(socket, 'close')));
  expect(told).toBe(20);
});

it('lets nobody in when it is closed, and waits for those who are in', async () => {
  await copies.open(server);
  await acceptedPerTurn(20);
  const port = portOf();
  let isClosed = false;
  const closed = Promise.all([copies.close(), new Promise((resolve) => server.close(resolve))]).then(
    () => (isClosed = true),
  );
  const late = connect(port, '127.0.0.1');
  await expect(once(late, 'connect')).rejects.toThrow(/ECONNREFUSED/);
  expect(isClosed).toBe(false);
  for (const client of clients.splice(0)) client.destroy();
  await closed;
});

it('serves without copies where there can be none', async () => {
  copies = new ListenerCopies({ filename: join(__dirname, 'no-such-program.js'), execArgv: [] });
  await copies.open(server);
  expect(await get()).toBe('served');
});
