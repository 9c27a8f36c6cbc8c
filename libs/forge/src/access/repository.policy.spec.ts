import type { RepositoryRole, TokenScope, Visibility } from '@granary/api-contract';
import fc from 'fast-check';
import { ANONYMOUS, type Actor, type UserActor } from '../identity/actor';
import { mayManageHooks, repositoryRole, roleAtLeast, type RepositoryFacts } from './repository.policy';

const facts = (visibility: Visibility, collaboratorRole: RepositoryRole | null = null): RepositoryFacts => ({
  repositoryId: 7,
  visibility,
  ownerUserId: 1,
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
