import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { MIB } from '@granary/kernel';
import { watchHttp } from './http-flow';
import { StallWatch } from './stall-watch';
import { closeAll, listen } from './testing/test-server';

const POLICY = { graceMs: 300, leastBytesPerSecond: 1000 };

let server: Server;
let watch: StallWatch;
const sockets: Socket[] = [];

async function serve(listener: RequestListener, policy = POLICY): Promise<void> {
  watch = new StallWatch({ policy });
  server = createServer(listener);
  watchHttp(server, watch, (_request, response) => void response.writeHead(408).end('too slow'));
  await listen(server);
}

afterEach(() => closeAll(server, sockets));

function send(head: string): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(head);
  sockets.push(socket);
  return socket;
}

const get = () => send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
const post = () => send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
const stalled = () => [...watch.counts.values()];

/** Resolves when what is held for a client of `listener` is freed. */
function released(listener: RequestListener): Promise<void> {
  return new Promise((resolve, reject) => {
    serve((request, response) => {
      response.once('close', () => resolve());
      listener(request, response);
    }).catch(reject);
  });
}

const flood: RequestListener = (_request, response) => void response.end(Buffer.alloc(64 * MIB));

it('lets go of a client that reads nothing, and frees what was held for it', async () => {
  const freed = released(flood);
  while (!server?.listening) await sleep(5);
  get().pause();
  await freed;
  expect(stalled()).toEqual([{ surface: 'http', direction: 'receives', count: 1 }]);
});

it('tells a client whose body does not come, and hangs up', async () => {
  await serve((request) => void request.resume());
  const socket = post();
  socket.write('a');
  expect(await text(socket)).toMatch(/^HTTP\/1.1 408[^]*\r\nConnection: close\r\n[^]*too slow/);
  expect(stalled()).toEqual([{ surface: 'http', direction: 'sends', count: 1 }]);
});

it('hangs up on a body that goes on after an answer that came early', async () => {
  await serve((_request, response) => void response.end('no thanks'));
  const socket = post();
  await new Promise((resolve) => socket.resume().once('close', resolve));
  expect(stalled()).toEqual([{ surface: 'http', direction: 'sends', count: 1 }]);
});

it('serves a slow client that moves, longer than any grace', async () => {
  // A machine under load gives this process few turns. What the client takes in one of them is more than what has to be
  // free in the system's buffer before the next write, and its pauses are many but a part of the grace each.
  const graceMs = 1000;
  await serve((_request, response) => void response.end(Buffer.alloc(32 * MIB)), { ...POLICY, graceMs });
  const socket = get();
  let [readBytes, pausedAtBytes, pauses] = [0, 0, 0];
  socket.on('data', (chunk: Buffer) => {
    readBytes += chunk.length;
    if (readBytes - pausedAtBytes < 4 * MIB) return;
    pausedAtBytes = readBytes;
    pauses++;
    socket.pause();
    setTimeout(() => socket.resume(), graceMs / 6);
  });
  await once(socket, 'end');
  expect(readBytes).toBeGreaterThan(32 * MIB);
  expect(pauses).toBeGreaterThan(6);
  expect(stalled()).toEqual([]);
});

it('does not hold the time against a client in which the hub computes', async () => {
  await serve((request, response) => {
    request.resume();
    setTimeout(() => response.end('done'), 4 * POLICY.graceMs);
  });
  expect(await text(get())).toMatch(/done$/);
  expect(stalled()).toEqual([]);
});

it('does not hold it against a client that the hub reads slowly', async () => {
  await serve((request, response) => {
    setTimeout(() => request.resume(), 4 * POLICY.graceMs);
    request.once('end', () => response.end('done'));
  });
  const socket = send(`POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${MIB}\r\n\r\n`);
  socket.write(Buffer.alloc(MIB));
  expect(await text(socket)).toMatch(/done$/);
  expect(stalled()).toEqual([]);
});
