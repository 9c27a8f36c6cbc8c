import http, { type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  /** Bytes of its body that went through. */
  bytes: number;
  /** Null before the answer. */
  status: number | null;
}

/** Stands between clients and a server, counts what they send, slows them down, and limits their bodies. */
export interface ByteGate {
  url: string;
  seen: SeenRequest[];
  /** Null: as fast as it goes. */
  bytesPerSecond: number | null;
  /** Larger bodies are answered with 413, as by a proxy that has a limit. */
  maxBodyBytes: number;
  stop(): Promise<void>;
}

/** @param target asked at each request: it may start later. `Host` passes unchanged. */
export async function startByteGate(target: () => string): Promise<ByteGate> {
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', target());
    const seen: SeenRequest = {
      method: request.method ?? '',
      path: url.pathname,
      headers: request.headers,
      bytes: 0,
      status: null,
    };
    gate.seen.push(seen);
    if (Number(request.headers['content-length'] ?? 0) > gate.maxBodyBytes) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    // A connection of its own: what the server cuts must not hit the next request.
    const sent = http.request(url, { method: request.method, headers: request.headers, agent: false }, (answer) => {
      seen.status = answer.statusCode ?? 502;
      response.writeHead(seen.status, answer.headers);
      answer.pipe(response);
    });
    sent.on('error', () => response.destroy());
    request.on('error', () => sent.destroy());
    const through = meter(gate, seen);
    // The server has answered before it read everything: the rest must not stop the connection.
    sent.on('close', () => request.unpipe(through).resume());
    request.pipe(through).pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gate: ByteGate = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    bytesPerSecond: null,
    maxBodyBytes: Infinity,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return gate;
}

function meter(gate: ByteGate, seen: SeenRequest): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen.bytes += chunk.length;
      const pauseMs = gate.bytesPerSecond === null ? 0 : (chunk.length / gate.bytesPerSecond) * 1000;
      void sleep(pauseMs).then(() => done(null, chunk));
    },
  });
}
