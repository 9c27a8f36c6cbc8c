import { AccessToken, GpgKey, SshKey } from '@granary/api-contract';
import { z } from 'zod';
import { readApi } from './request';

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

export function readSshKeys() {
  return readApi('/api/v3/user/keys', z.array(SshKey), { per_page: 100 });
}

export function readGpgKeys() {
  return readApi('/api/v3/user/gpg_keys', z.array(GpgKey));
}

export function readAccessTokens() {
  return readApi('/api/v3/user/tokens', z.array(AccessToken), { per_page: 100 });
}

export function readBrowserSessions() {
  return readApi('/api/web/sessions', z.array(BrowserSession));
}
