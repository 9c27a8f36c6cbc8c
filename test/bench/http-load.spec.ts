import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { requestsPerSecond } from './http-load';

let server: Server;
let url: string;
const sockets = new Set<unknown>();
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    sockets.add(request.socket);
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(request.url === '/refused' ? 503 : 200).end('twelve bytes');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const ask = (path: string, leastBytes = 12) => [
  { method: 'GET' as const, url: url + path, headers: {}, leastBytes },
  { method: 'POST' as const, url: url + path, headers: {}, body: 'x', leastBytes },
];

it('counts the answers of so many connections that are kept alive, each request after the other', async () => {
  const rate = await requestsPerSecond(ask('/'), { connections: 3, seconds: 0.2 });
  expect(rate).toBeGreaterThan(0);
  expect(sockets.size).toBe(3);
  expect(new Set(seen)).toEqual(new Set(['GET /', 'POST /']));
  expect(Math.abs(seen.filter((each) => each.startsWith('GET')).length * 2 - seen.length)).toBeLessThanOrEqual(3);
});

it.each([
  ['a refusal', '/refused', 12, /status 503/],
  ['half an answer', '/', 13, /12 bytes/],
])('takes %s for no answer', async (_case, path, leastBytes, reason) => {
  await expect(requestsPerSecond(ask(path, leastBytes), { connections: 1, seconds: 0.1 })).rejects.toThrow(reason);
});
