import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { PageHandler } from './web-adapter';

export interface Pages {
  handle: PageHandler;
  close(): Promise<void>;
}

/** As much of Next's custom server as is used here. Its own types would redefine process.env for the whole program. */
interface NextServer {
  prepare(): Promise<void>;
  close(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}
type CreateNext = (options: { dev: boolean; dir: string; quiet: boolean }) => NextServer;

/** The web UI, built before and served by this process. `internalUrl` is where it finds the API. */
export async function openPages(root: string, internalUrl: string): Promise<Pages> {
  process.env['GRANARY_INTERNAL_URL'] = internalUrl;
  const next = createRequire(__filename)('next') as CreateNext;
  const web = next({ dev: false, dir: join(root, 'apps/web'), quiet: true });
  await web.prepare();
  return { handle: web.getRequestHandler(), close: () => web.close() };
}
