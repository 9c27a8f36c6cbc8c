import type { RepositoryRole, TokenScope, Visibility } from '@granary/api-contract';
import fc from 'fast-check';
import { ANONYMOUS, type Actor, type UserActor } from '../identity/actor';
import {
  actsAsAdmin,
  mayManageHooks,
  mayUnlockOthers,
  repositoryRole,
  roleAtLeast,
  type RepositoryFacts,
} from './repository.policy';

const facts = (visibility: Visibility, collaboratorRole: RepositoryRole | null = null): RepositoryFacts => ({
  repositoryId: 7,
  visibility,
  namespace: { ownerUserId: 1 },
  collaboratorRole,
});
const user = (more: Partial<UserActor> = {}): UserActor => ({
  kind: 'user',
  userId: 2,
  name: 'bob',
  isAdmin: false,
  via: 'session',
  scopes: null,
  repositoryIds: null,
  ...more,
});
const scoped = (...scopes: TokenScope[]) => user({ userId: 1, via: 'token', scopes: new Set(scopes) });

it.each([
  ['public', 'read'],
  ['internal', null],
  ['private', null],
] as const)('shows a stranger a %s repository as %s', (visibility, role) => {
  expect(repositoryRole(ANONYMOUS, facts(visibility))).toBe(role);
});

it.each([
  ['public', 'read'],
  ['internal', 'read'],
  ['private', null],
] as const)('gives a signed-in user without relation to a %s repository the role %s', (visibility, role) => {
  expect(repositoryRole(user(), facts(visibility))).toBe(role);
});

it('makes the owner and the site admin admins', () => {
  expect(repositoryRole(user({ userId: 1 }), facts('private'))).toBe('admin');
  expect(repositoryRole(user({ isAdmin: true }), facts('private'))).toBe('admin');
});

it.each([
  [['repo:read'], 'read'],
  [['repo:write'], 'write'],
  [['repo:admin'], 'admin'],
  [['keys', 'user'], null],
] as [TokenScope[], RepositoryRole | null][])("narrows the owner's role by the scopes %j to %s", (scopes, role) => {
  expect(repositoryRole(scoped(...scopes), facts('private'))).toBe(role);
});

it('never lets a token reach beyond its repositories', () => {
  const limited = user({ userId: 1, scopes: new Set(['repo:admin']), repositoryIds: new Set([8]) });
  expect(repositoryRole(limited, facts('private'))).toBeNull();
  expect(repositoryRole(limited, facts('public'))).toBe('read');
});

it('lets a hooks token care for the hooks of a maintainer, and of nobody else', () => {
  expect(mayManageHooks(scoped('hooks'), facts('private'))).toBe(true);
  expect(mayManageHooks(scoped('repo:write'), facts('private'))).toBe(false);
  expect(mayManageHooks(user({ scopes: new Set(['hooks']) }), facts('public', 'write'))).toBe(false);
});

it('never gives a token more than its user has', () => {
  const roles = fc.constantFrom<RepositoryRole | null>('read', 'write', 'maintain', 'admin', null);
  const scopes = fc.subarray<TokenScope>(['repo:read', 'repo:write', 'repo:admin', 'hooks', 'admin', 'user']);
  const visibilities = fc.constantFrom<Visibility>('public', 'internal', 'private');
  fc.assert(
    fc.property(roles, scopes, visibilities, fc.boolean(), (role, granted, visibility, isAdmin) => {
      const whole: Actor = user({ isAdmin });
      const full = repositoryRole(whole, facts(visibility, role));
      const narrowed = repositoryRole({ ...whole, scopes: new Set(granted) } as UserActor, facts(visibility, role));
      expect(narrowed === null || roleAtLeast(full, narrowed)).toBe(true);
    }),
  );
});

it('makes an administrator one by a token alone that has that scope, and by the credential that Git got for LFS', () => {
  const token = (...scopes: TokenScope[]) => user({ isAdmin: true, via: 'token', scopes: new Set(scopes) });
  expect([actsAsAdmin(user({ isAdmin: true })), actsAsAdmin(user())]).toEqual([true, false]);
  expect([actsAsAdmin(token('admin')), actsAsAdmin(token('repo:admin', 'user'))]).toEqual([true, false]);
  expect(actsAsAdmin({ ...token('repo:write'), lfsOperation: 'upload' })).toBe(true);
  expect(actsAsAdmin({ ...token('repo:write'), isAdmin: false, lfsOperation: 'upload' })).toBe(false);
  expect(repositoryRole(token('repo:admin'), facts('private'))).toBeNull();
  expect(repositoryRole(token('repo:admin', 'admin'), facts('private'))).toBe('admin');
  expect(repositoryRole(token('repo:write'), facts('internal'))).toBe('read');
});

it('takes the higher of what a relation and the visibility give', () => {
  expect(repositoryRole(user(), facts('internal', 'read'))).toBe('read');
  expect(repositoryRole(user(), facts('public', 'maintain'))).toBe('maintain');
  expect(repositoryRole(user({ scopes: new Set(['repo:read']) }), facts('public', 'admin'))).toBe('read');
});

describe('by relation', () => {
  const visibilities = ['public', 'internal', 'private'] as const;
  const roles = ['read', 'write', 'maintain', 'admin'] as const;

  it('gives a collaborator its own role, and never less than everybody has', () => {
    for (const visibility of visibilities) {
      for (const role of roles) expect(repositoryRole(user(), facts(visibility, role))).toBe(role);
    }
  });

  it('orders the roles', () => {
    for (const [at, role] of roles.entries()) {
      expect(roles.map((needed) => roleAtLeast(role, needed))).toEqual(roles.map((_, index) => index <= at));
      expect(roleAtLeast(null, role)).toBe(false);
    }
  });

  it('covers by a scope its own role and the lesser ones, and no scope of other things any', () => {
    const roleBy = (scope: TokenScope, role: RepositoryRole) =>
      repositoryRole(user({ scopes: new Set([scope]) }), facts('private', role));
    expect(roles.map((role) => roleBy('repo:read', role))).toEqual(['read', 'read', 'read', 'read']);
    expect(roles.map((role) => roleBy('repo:write', role))).toEqual(['read', 'write', 'write', 'write']);
    expect(roles.map((role) => roleBy('repo:admin', role))).toEqual(['read', 'write', 'maintain', 'admin']);
    for (const scope of ['keys', 'user', 'hooks', 'admin'] as const) expect(roleBy(scope, 'admin')).toBeNull();
  });

  it('leaves a token what anybody may read, and no more of it', () => {
    const narrow = user({ userId: 1, scopes: new Set<TokenScope>(['keys']) });
    expect(visibilities.map((visibility) => repositoryRole(narrow, facts(visibility)))).toEqual(['read', null, null]);
  });

  it('lets a token reach the repositories that it names', () => {
    const named = user({ userId: 1, repositoryIds: new Set([7]) });
    expect(repositoryRole(named, facts('private'))).toBe('admin');
    expect(repositoryRole(user({ isAdmin: true, repositoryIds: new Set([8]) }), facts('internal'))).toBeNull();
    expect(repositoryRole(user({ repositoryIds: new Set() }), facts('private', 'admin'))).toBeNull();
  });
});

it('lets nobody unlock files of others but maintainers, also by the credential that their SSH key got them', () => {
  const credential = (lfsOperation: 'upload' | 'download') =>
    user({ via: 'token', scopes: new Set(['repo:write']), repositoryIds: new Set([7]), lfsOperation });
  const may = (actor: Actor, role: RepositoryRole | null = 'maintain') => mayUnlockOthers(actor, facts('public', role));
  expect(may(ANONYMOUS)).toBe(false);
  expect([may(user()), may(user(), 'write'), may(user(), null)]).toEqual([true, false, false]);
  expect(may(user({ scopes: new Set(['repo:write']) }))).toBe(false);
  expect([may(credential('upload')), may(credential('download'))]).toEqual([true, false]);
  expect(may(credential('upload'), 'write')).toBe(false);
  expect(may({ ...credential('upload'), repositoryIds: new Set([8]) } as UserActor)).toBe(false);
});

it('lets a hooks token reach the hooks of its own repositories alone', () => {
  const hooks = { userId: 1, scopes: new Set<TokenScope>(['hooks']) };
  expect(mayManageHooks(user({ ...hooks, repositoryIds: new Set([8]) }), facts('private'))).toBe(false);
  expect(mayManageHooks(user({ ...hooks, repositoryIds: new Set([7]) }), facts('private'))).toBe(true);
  expect(mayManageHooks(ANONYMOUS, facts('public'))).toBe(false);
  expect([
    mayManageHooks(user(), facts('private', 'maintain')),
    mayManageHooks(user(), facts('private', 'write')),
  ]).toEqual([true, false]);
});
