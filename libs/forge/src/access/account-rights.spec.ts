import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TokenScope } from '@granary/api-contract';
import { ANONYMOUS, type UserActor } from '../identity/actor';
import { ACCOUNT_RIGHTS, accountRightFault, requireAccountRight, type AccountRight } from './account-rights';
import { mayAdministerSite, mayCreateRepository, mayReadQuota } from './account.policy';

const DOCUMENT = join(__dirname, '../../../../docs/credentials.md');
const ALL: TokenScope[] = ['repo:read', 'repo:write', 'repo:admin', 'user', 'keys', 'hooks', 'admin'];
const RIGHTS = Object.keys(ACCOUNT_RIGHTS) as AccountRight[];

const user = (more: Partial<UserActor> = {}): UserActor => ({
  kind: 'user',
  userId: 1,
  name: 'alice',
  isAdmin: true,
  via: 'session',
  scopes: null,
  repositoryIds: null,
  ...more,
});
const token = (scopes: TokenScope[], more: Partial<UserActor> = {}) =>
  user({ via: 'token', scopes: new Set(scopes), ...more });
const may = (actor: UserActor, right: AccountRight) => accountRightFault(actor, right) === null;

it('lets a session and a password do everything', () => {
  for (const via of ['session', 'password'] as const) {
    for (const right of RIGHTS) expect([right, may(user({ via }), right)]).toEqual([right, true]);
  }
});

it('lets a token do nothing for which it lacks a scope, and nothing that is for no token', () => {
  for (const right of RIGHTS) {
    const rule = ACCOUNT_RIGHTS[right];
    expect([right, may(token(ALL), right)]).toEqual([right, rule.tokens !== 'none']);
    for (const scope of rule.scopes) {
      const others = ALL.filter((each) => each !== scope);
      expect([right, scope, may(token(others), right)]).toEqual([right, scope, false]);
    }
  }
});

it('lets a token that is limited to named repositories read a little, make narrower tokens, and nothing else', () => {
  const limited = token(ALL, { repositoryIds: new Set([7]) });
  expect(RIGHTS.filter((right) => may(limited, right))).toEqual([
    'profile.read',
    'tokens.create',
    'repositories.list',
    'quota.read',
  ]);
});

it('lets what is for Git alone touch no account', () => {
  const scopes = new Set<TokenScope>(['repo:write']);
  const lfs = token([], { scopes, repositoryIds: new Set([7]), lfsOperation: 'upload' });
  for (const right of RIGHTS) expect(may(lfs, right) || may(user({ via: 'ssh' }), right)).toBe(false);
});

it('tells a stranger to sign in', () => {
  expect(() => requireAccountRight(ANONYMOUS, 'profile.read')).toThrow(
    expect.objectContaining({ code: 'unauthenticated' }),
  );
});

it('takes a token of an administrator without the scope "admin" for that of an ordinary user', () => {
  const ordinary = token(ALL.filter((scope) => scope !== 'admin'));
  expect(mayAdministerSite(token(ALL))).toBe(true);
  expect(mayAdministerSite(ordinary)).toBe(false);
  expect(mayAdministerSite(token(['admin'], { repositoryIds: new Set([7]) }))).toBe(false);
  expect(mayAdministerSite(user({ isAdmin: false }))).toBe(false);
  expect(mayCreateRepository(ordinary, { ownerUserId: 2 })).toBe(false);
  expect(mayCreateRepository(token(ALL), { ownerUserId: 2 })).toBe(true);
  expect(mayCreateRepository(ordinary, { ownerUserId: 1 })).toBe(true);
  expect(mayCreateRepository(token(ALL, { repositoryIds: new Set([7]) }), { ownerUserId: 1 })).toBe(false);
  expect(mayReadQuota(ordinary, { ownerUserId: 2 })).toBe(false);
  expect(mayReadQuota(token(ALL), { ownerUserId: 2 })).toBe(true);
});

/** The table as docs/credentials.md shows it. */
function table(): string {
  const tokens = { any: 'yes', unlimited: 'not a limited one', none: 'no' };
  const rows = RIGHTS.map((right) => {
    const { what, scopes, tokens: which, ...rest } = ACCOUNT_RIGHTS[right];
    const child = 'child' in rest ? rest.child : '';
    return [what, scopes.map((scope) => `\`${scope}\``).join(', '), tokens[which], child];
  });
  return rows.map((cells) => cells.join(' | ')).join('\n');
}

it('is the table of docs/credentials.md', () => {
  const lines = readFileSync(DOCUMENT, 'utf8').split('\n');
  const from = lines.findIndex((line) => line.startsWith('| to'));
  const shown = lines
    .slice(from + 2, from + 2 + RIGHTS.length)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim())
        .join(' | '),
    )
    .join('\n');
  expect(shown).toBe(table());
});
