import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** What happens to a request: a status sends an empty answer of that kind. */
export type Fault = 'pass' | 'hang' | 'cut body' | 'lose answer' | number;

export interface FaultyProxy {
  endpoint: string;
  /** `METHOD /path?query` of every request, in the order of arrival. */
  seen: string[];
  /** Judges each request; everything passes at first. */
  fault: (request: IncomingMessage) => Fault | Promise<Fault>;
  stop(): Promise<void>;
}

/** Stands before a real server and breaks what it is told to. `Host` passes unchanged, so signatures hold. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const server = http.createServer(async (request, response) => {
    proxy.seen.push(`${request.method} ${request.url}`);
    const fault = await proxy.fault(request);
    if (fault === 'hang') return;
    if (typeof fault === 'number') {
      request.resume();
      response.writeHead(fault).end();
      return;
    }
    forward({ target, request, response, fault });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    fault: () => 'pass',
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}

interface Forwarding {
  target: string;
  request: IncomingMessage;
  response: ServerResponse;
  fault: Fault;
}

function forward({ target, request, response, fault }: Forwarding): void {
  const url = new URL(request.url ?? '/', target);
  const sent = http.request(url, { method: request.method, headers: request.headers }, (answer) => {
    if (fault === 'lose answer') {
      answer.resume().once('end', () => response.destroy());
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    if (fault === 'cut body') answer.once('data', (chunk: Buffer) => response.write(chunk, () => response.destroy()));
    else answer.pipe(response);
  });
  // Swift sends a body with its 404 to a HEAD, which breaks the connection behind the answer.
  sent.on('error', () => response.headersSent || response.destroy());
  request.pipe(sent);
}
