import type { TokenScope } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { hasScope, type Actor, type UserActor } from '../identity/actor';

/**
 * - `any`: also one that is limited to named repositories
 * - `unlimited`: only one that reaches all of its user's repositories
 * - `none`: no token at all
 */
type Tokens = 'any' | 'unlimited' | 'none';

export interface AccountRightRule {
  /** For docs/credentials.md. */
  what: string;
  /** All of them; a session or a password needs none. */
  scopes: readonly TokenScope[];
  tokens: Tokens;
  /** What comes of it where a token makes something that gives access itself. */
  child?: string;
}

/**
 * What whoever is signed in may do to an account, and what with: the one table. Each route that acts on an account names
 * its right, and docs/credentials.md shows the table. No credential makes one that can do more, or that lives longer.
 */
export const ACCOUNT_RIGHTS = {
  'profile.read': { what: 'read the own profile', scopes: [], tokens: 'any' },
  'profile.change': { what: 'change the name and the e-mail address', scopes: ['user'], tokens: 'unlimited' },
  'password.change': { what: 'change the password, with the current one', scopes: [], tokens: 'none' },
  'sessions.list': { what: 'list browser sessions', scopes: ['user'], tokens: 'unlimited' },
  'sessions.end': { what: 'end browser sessions', scopes: ['user'], tokens: 'unlimited' },
  'tokens.list': { what: 'list access tokens', scopes: ['user'], tokens: 'unlimited' },
  'tokens.create': {
    what: 'make access tokens',
    scopes: ['user'],
    tokens: 'any',
    child: 'has some of its scopes, some of its repositories, and expires no later',
  },
  'tokens.revoke': { what: 'revoke access tokens', scopes: ['user'], tokens: 'unlimited' },
  'keys.list': { what: 'list SSH and GPG keys', scopes: ['keys'], tokens: 'unlimited' },
  // A key reaches all repositories with all of its user's rights in Git.
  'ssh_keys.add': {
    what: 'add SSH keys',
    scopes: ['keys', 'repo:admin'],
    tokens: 'unlimited',
    child: 'expires with the token',
  },
  // It lets nobody in; it makes commits look signed.
  'gpg_keys.add': { what: 'add GPG keys', scopes: ['keys'], tokens: 'unlimited' },
  'keys.remove': { what: 'remove SSH and GPG keys', scopes: ['keys'], tokens: 'unlimited' },
  'repositories.list': { what: 'list repositories that it may read', scopes: [], tokens: 'any' },
  'repositories.create': {
    what: 'create repositories, with the scope repo:write or repo:admin',
    scopes: [],
    tokens: 'unlimited',
  },
  'deleted_repositories.list': { what: 'list deleted repositories', scopes: ['repo:admin'], tokens: 'unlimited' },
  'deleted_repositories.restore': {
    what: 'restore deleted repositories',
    scopes: ['repo:admin'],
    tokens: 'unlimited',
  },
  'quota.read': {
    // To a token that may not, the quota is not there: mayReadQuota.
    what: 'ask for the quota of a namespace',
    scopes: [],
    tokens: 'any',
  },
  'site.administer': { what: 'administer the hub, as an administrator', scopes: ['admin'], tokens: 'unlimited' },
} as const satisfies Record<string, AccountRightRule>;

export type AccountRight = keyof typeof ACCOUNT_RIGHTS;

/** Why the actor may not; null when it may. */
export function accountRightFault(actor: UserActor, right: AccountRight): DomainError | null {
  const rule: AccountRightRule = ACCOUNT_RIGHTS[right];
  // Git and Git LFS are all that these are for.
  if (actor.lfsOperation || actor.via === 'ssh')
    return new DomainError('forbidden', 'This credential is for Git alone.');
  if (actor.via === 'token' && rule.tokens === 'none') {
    return new DomainError('forbidden', `A token cannot ${rule.what}.`, { hint: 'Sign in with the password.' });
  }
  if (actor.repositoryIds && rule.tokens !== 'any') {
    return new DomainError('forbidden', `A token that is limited to named repositories cannot ${rule.what}.`, {
      hint: 'Use a token for all repositories, or sign in with the password.',
    });
  }
  const missing = rule.scopes.filter((scope) => !hasScope(actor, scope));
  if (missing.length === 0) return null;
  const scopes = missing.map((scope) => `"${scope}"`).join(' and ');
  return new DomainError('forbidden', `The token needs the ${missing.length > 1 ? 'scopes' : 'scope'} ${scopes}.`, {
    hint: 'Make one with it under Settings, Access tokens.',
  });
}

/** @throws DomainError `unauthenticated`, `forbidden`. */
export function requireAccountRight(actor: Actor, right: AccountRight): asserts actor is UserActor {
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Requires authentication');
  const fault = accountRightFault(actor, right);
  if (fault) throw fault;
}
