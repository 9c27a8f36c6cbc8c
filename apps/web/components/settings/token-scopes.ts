import type { TokenScope } from '@granary/api-contract';

export type ScopeName = TokenScope;

/** What each scope lets a token do, in the words of its owner. */
export const SCOPE_TEXTS: Record<ScopeName, string> = {
  'repo:read': 'Clone and read repositories',
  'repo:write': 'Push to repositories',
  'repo:admin': 'Change settings, create and delete',
  hooks: 'Manage webhooks',
  keys: 'Manage your SSH and GPG keys',
  user: 'Read and change your profile',
  'org:admin': 'Manage organisations',
  admin: 'Administer the whole hub',
};
