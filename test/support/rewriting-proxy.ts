import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RewritingProxy {
  url: string;
  stop(): Promise<void>;
}

/** Stands before a hub and changes its answers' text. `Host` passes unchanged. */
export async function startRewritingProxy(
  target: string,
  rewrite: (path: string, body: string) => string,
): Promise<RewritingProxy> {
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', target);
    const sent = http.request(url, { method: request.method, headers: request.headers }, (answer) => {
      void buffer(answer).then((bytes) => {
        const isJson = /json/.test(answer.headers['content-type'] ?? '');
        const body = isJson ? Buffer.from(rewrite(url.pathname, bytes.toString())) : bytes;
        response.writeHead(answer.statusCode ?? 502, { ...answer.headers, 'content-length': body.length }).end(body);
      });
    });
    sent.on('error', () => response.destroy());
    request.pipe(sent);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
