import type { Actor } from '@granary/forge';

/** Whoever may read the data directory may see every repository. */
export const OPERATOR: Actor = {
  kind: 'user',
  userId: 0,
  name: 'operator',
  isAdmin: true,
  via: 'password',
  scopes: null,
  repositoryIds: null,
};
