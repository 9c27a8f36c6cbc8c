import { routes } from '@granary/api-contract';
import { z } from 'zod';
import { readList } from './request';
import { readRows } from './route';

/** `GET /api/web/sessions`: the browsers in which the viewer is signed in. */
const BrowserSession = z.object({
  id: z.number(),
  user_agent: z.string().nullable(),
  ip: z.string().nullable(),
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime(),
  current: z.boolean(),
});
export type BrowserSession = z.infer<typeof BrowserSession>;

export function readSshKeys(page: number) {
  return readRows(routes.listSshKeys, {}, { page });
}

export function readGpgKeys(page: number) {
  return readRows(routes.listGpgKeys, {}, { page });
}

export function readAccessTokens(page: number) {
  return readRows(routes.listTokens, {}, { page });
}

export function readBrowserSessions(page: number) {
  return readList('/api/web/sessions', BrowserSession, { page });
}
