import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface NextPages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** As much of Next's custom server as is used here. Its own types would redefine process.env for the whole program. */
interface NextServer {
  prepare(): Promise<void>;
  close(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}
type CreateNext = (options: {
  dev: boolean;
  dir: string;
  quiet: boolean;
  hostname: string;
  port: number;
  httpServer: EventEmitter;
}) => NextServer;

/** The web UI, built before, on this thread. `internalUrl` is where the hub's own API listens; Next must know it too. */
export async function openNext(root: string, internalUrl: URL): Promise<NextPages> {
  const next = createRequire(__filename)('next') as CreateNext;
  const hostname = internalUrl.hostname.replace(/^\[|\]$/g, '');
  const port = Number(internalUrl.port || 80);
  // Next would listen for upgrades, with its first page, on the server that it finds. A server that somebody listens to
  // for upgrades answers none of the requests that offer one, as those of Java and of `curl --http2` do (RFC 9110,
  // section 7.8, lets a server ignore them): it is given one where nothing happens.
  const httpServer = new EventEmitter();
  const web = next({ dev: false, dir: join(root, 'apps/web'), quiet: true, hostname, port, httpServer });
  await web.prepare();
  const handle = web.getRequestHandler();
  return { handle, close: () => web.close() };
}
