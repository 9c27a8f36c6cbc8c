import type { TokenScope } from '@granary/api-contract';
import { ANONYMOUS, hasScope, userIdOf, type UserActor } from '../identity/actor';
import { mayAdministerSite, mayCreateRepository, mayReadQuota } from './account.policy';

const OWNER = 1;
const NAMESPACE = { ownerUserId: OWNER };
const SCOPES: TokenScope[] = ['repo:read', 'repo:write', 'repo:admin', 'keys', 'user', 'hooks', 'admin'];

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
const owner = (more: Partial<UserActor> = {}) => user({ userId: OWNER, ...more });
const admin = (more: Partial<UserActor> = {}) => user({ isAdmin: true, ...more });
const token = (...scopes: TokenScope[]) => ({ via: 'token' as const, scopes: new Set(scopes) });
const limited = { via: 'token' as const, repositoryIds: new Set([7]) };
/** The scopes with which alone `may` is true. */
const enough = (may: (more: Partial<UserActor>) => boolean) => SCOPES.filter((scope) => may(token(scope)));

it('lets administer the site whoever is an admin, by no token but one for that', () => {
  expect([ANONYMOUS, owner(), admin()].map(mayAdministerSite)).toEqual([false, false, true]);
  expect(enough((more) => mayAdministerSite(admin(more)))).toEqual(['admin']);
  expect(mayAdministerSite(user(token('admin')))).toBe(false);
});

it('lets create repositories in a namespace its owner and admins, by tokens that write repositories', () => {
  const may = (actor: Parameters<typeof mayCreateRepository>[0]) => mayCreateRepository(actor, NAMESPACE);
  expect([ANONYMOUS, user(), owner(), admin()].map(may)).toEqual([false, false, true, true]);
  expect(enough((more) => may(owner(more)))).toEqual(['repo:write', 'repo:admin']);
  // An administrator's token acts as one only with the scope for that, and needs the other all the same.
  expect(enough((more) => may(admin(more)))).toEqual([]);
  expect(may(admin(token('repo:write', 'admin')))).toBe(true);
  // A namespace that belongs to nobody is not everybody's.
  expect([user(), admin()].map((actor) => mayCreateRepository(actor, { ownerUserId: null }))).toEqual([false, true]);
});

it('lets a token for named repositories make no others, whoever it belongs to', () => {
  expect(mayCreateRepository(owner(limited), NAMESPACE)).toBe(false);
  expect(mayCreateRepository(admin({ ...limited, scopes: new Set(SCOPES) }), NAMESPACE)).toBe(false);
  expect(mayCreateRepository(owner({ repositoryIds: new Set() }), NAMESPACE)).toBe(false);
});

it('shows the quota of a namespace to its owner and to admins, by tokens that reach all of it', () => {
  const may = (actor: Parameters<typeof mayReadQuota>[0]) => mayReadQuota(actor, NAMESPACE);
  expect([ANONYMOUS, user(), owner(), admin()].map(may)).toEqual([false, false, true, true]);
  expect(enough((more) => may(owner(more)))).toEqual(['repo:admin']);
  expect(enough((more) => may(admin(more)))).toEqual(['admin']);
  expect([owner(limited), admin(limited)].map(may)).toEqual([false, false]);
});

it('knows nobody as no user, with no scope', () => {
  expect(userIdOf(ANONYMOUS)).toBeNull();
  expect(userIdOf(user())).toBe(2);
  expect(hasScope(ANONYMOUS, 'repo:read')).toBe(false);
  expect(hasScope(user(), 'admin')).toBe(true);
  expect(hasScope(user(token('repo:read')), 'repo:read')).toBe(true);
  expect(hasScope(user(token('repo:read')), 'repo:write')).toBe(false);
});
