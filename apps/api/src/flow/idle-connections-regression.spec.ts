import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { IdleConnections } from './idle-connections';
import { closeAll, listen } from './testing/test-server';

let server: Server;
let idle: IdleConnections;
const sockets: Socket[] = [];

beforeEach(async () => {
  idle = new IdleConnections({ most: 4, perBlock: 3 });
  server = createServer((request, response) => {
    if (request.url !== '/slow') response.end('ok');
  });
  idle.watch(server);
  await listen(server);
});
afterEach(() => closeAll(server, sockets));

/** Each address of 127.0.0.0/8 is a block of its own. */
async function open(localAddress = '127.0.0.1'): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const taken = once(server, 'connection');
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  sockets.push(socket);
  await taken;
  return socket;
}

async function ask(socket: Socket, path = '/'): Promise<string> {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

const ended = (socket: Socket) => (socket.destroyed ? Promise.resolve() : once(socket.resume(), 'close'));

it('lets the one that has been idle for longest give way to a newcomer of its address', async () => {
  const [first, second, third] = [await open(), await open(), await open()];
  const newcomer = await open();
  await ended(first);
  for (const socket of [second, third, newcomer]) expect(await ask(socket)).toContain('200 OK');
  expect(idle).toMatchObject({ count: 3, closed: 1 });
});

it('lets the address with the most give way where all have too many', async () => {
  const crowd = [await open(), await open(), await open()];
  const other = await open('127.0.0.2');
  const newcomer = await open('127.0.0.3');
  await ended(crowd[0] as Socket);
  for (const socket of [...crowd.slice(1), other, newcomer]) expect(await ask(socket)).toContain('200 OK');
});

it('does not touch a request that is under way, and counts its connection again afterwards', async () => {
  const working = await open();
  const begun = once(server, 'request');
  working.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
  const [, response] = await begun;
  for (let turn = 0; turn < 6; turn++) await open();
  expect(idle.count).toBe(3);
  const answered = once(working, 'data');
  response.end('at last');
  expect(String(await answered)).toContain('at last');
  expect(idle).toMatchObject({ count: 3, closed: 4 });
});

it('forgets connections that their clients close', async () => {
  const socket = await open();
  socket.end();
  await ended(socket);
  while (idle.count > 0) await new Promise(setImmediate);
  expect(idle).toMatchObject({ count: 0, closed: 0 });
});
