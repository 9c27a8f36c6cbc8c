import type { Surface } from '../surface/surface';

/** What a client can prove itself with. A signed transfer address is none: its own route checks it. */
export type CredentialKind = 'session' | 'token' | 'password' | 'lfs';

const EVERYWHERE: readonly Surface[] = ['git', 'lfs', 'rest', 'web', 'page', 'status'];

/** Where each credential is good. A browser sends its cookie unasked: no git or LFS request is made in its name. */
const GOOD_ON: Record<CredentialKind, ReadonlySet<Surface>> = {
  session: new Set(['rest', 'web', 'page', 'status']),
  token: new Set(EVERYWHERE),
  password: new Set(EVERYWHERE),
  lfs: new Set(['lfs']),
};

export function isGoodOn(credential: CredentialKind, surface: Surface): boolean {
  return GOOD_ON[credential].has(surface);
}
