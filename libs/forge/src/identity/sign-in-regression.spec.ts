import { HOUR_MS } from '@granary/kernel';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { AccessTokensService } from './access-tokens.service';
import { AccountsService } from './accounts.service';
import type { UserActor } from './actor';
import { AuthenticationService } from './authentication.service';
import { SessionsService } from './sessions.service';

const PASSWORD = 'long enough password';

let forge: ForgeFixture;
let now = new Date();
let alice: UserActor;
let serial = 0;

beforeAll(async () => {
  forge = await openForge({ clock: { now: () => now } });
});
afterAll(() => forge.close());
beforeEach(async () => {
  now = new Date();
  alice = await forge.user(`alice${++serial}`);
});

/** Each test has an address of its own. */
const address = () => `198.51.100.${serial}`;
const signIn = (name: string, password: string, from = address()) =>
  forge
    .get(AuthenticationService)
    .password(name, password, from)
    .then(
      () => 'in',
      (error: { code: string }) => error.code,
    );
const counts = (outcomes: string[]) => (wanted: string) => outcomes.filter((each) => each === wanted).length;
const setActive = (isActive: boolean) =>
  forge.database.query('UPDATE users SET is_active = $2 WHERE id = $1', [alice.userId, isActive]);

/**
 * Resolves when so many of `guesses` were judged. What comes at once may be looked at in any order: a right password
 * among them may be the first, and is let in then.
 */
function failures(guesses: readonly Promise<string>[], count: number): Promise<void> {
  let left = count;
  return new Promise((resolve) => {
    for (const guess of guesses)
      void guess.then((outcome) => outcome === 'unauthenticated' && --left === 0 && resolve());
  });
}

describe('guesses at once', () => {
  it('are judged five times in all, through the name and the address of the account alike', async () => {
    await forge.get(AccountsService).updateProfile(alice.userId, { email: `${alice.name}@example.com` });
    const names = [alice.name, alice.name.toUpperCase(), `${alice.name}@example.com`];
    const guesses = Array.from({ length: 60 }, (_, n) => signIn(names[n % 3] ?? '', `wrong ${n}`));
    await failures(guesses, 5);
    const right = signIn(alice.name, PASSWORD);
    expect(counts(await Promise.all(guesses))('unauthenticated')).toBe(5);
    expect(await right).toBe('rate_limited');
  });

  it('are judged no more often where the right password was used a moment before', async () => {
    expect(await signIn(alice.name, PASSWORD)).toBe('in');
    const guesses = Array.from({ length: 30 }, (_, n) => signIn(alice.name, `wrong ${n}`));
    await failures(guesses, 5);
    const right = signIn(alice.name, PASSWORD);
    expect(counts(await Promise.all(guesses))('unauthenticated')).toBe(5);
    expect(await right).toBe('rate_limited');
  });

  it('of the current password are counted with those of sign-ins', async () => {
    const authentication = forge.get(AuthenticationService);
    const confirm = (password: string) =>
      authentication.confirmPassword(alice, { field: 'current_password', password, address: address() }).then(
        () => 'confirmed',
        (error: { code: string }) => error.code,
      );
    expect(await confirm(PASSWORD)).toBe('confirmed');
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, n) => confirm(`wrong ${n}`)));
    expect(counts(outcomes)('invalid')).toBe(5);
    expect(counts(outcomes)('rate_limited')).toBe(25);
    expect(await confirm(PASSWORD)).toBe('rate_limited');
    expect(await signIn(alice.name, PASSWORD)).toBe('rate_limited');
  });

  it('with the right password all get in', async () => {
    const outcomes = await Promise.all(Array.from({ length: 40 }, () => signIn(alice.name, PASSWORD)));
    expect(counts(outcomes)('in')).toBe(40);
  });

  it('with unknown tokens hold up no token that is known', async () => {
    const authentication = forge.get(AuthenticationService);
    const input = { name: 'ci', scopes: ['repo:read' as const], repositoryIds: null, expiresAt: null };
    const { secret } = await forge.get(AccessTokensService).create(alice, input);
    const unknown = () => authentication.bearer('gry_pat_unknown', address()).catch((e: { code: string }) => e.code);
    const outcomes = await Promise.all(Array.from({ length: 100 }, unknown));
    expect(outcomes.filter((each) => each === 'rate_limited').length).toBe(80);
    expect(await authentication.bearer(secret, address())).toMatchObject({ userId: alice.userId });
    expect(await signIn(alice.name, PASSWORD)).toBe('in');
  });
});

describe('a token in Authorization: Basic', () => {
  const basic = (name: string, secret: string) =>
    forge
      .get(AuthenticationService)
      .basic(name, secret, address())
      .then(
        (actor) => `${actor.name} by ${actor.via}`,
        (error: { code: string }) => error.code,
      );
  const newToken = async () => {
    const input = { name: 'ci', scopes: ['repo:read' as const], repositoryIds: null, expiresAt: null };
    return forge.get(AccessTokensService).create(alice, input);
  };

  it('is taken in either place, with whatever programs write in the other', async () => {
    const { secret } = await newToken();
    const pairs: [string, string][] = [
      ...['', 'x', 'x-access-token', 'oauth2', alice.name, secret].map((name): [string, string] => [name, secret]),
      ...['', 'x-oauth-basic', 'x', PASSWORD, `${secret}x`].map((password): [string, string] => [secret, password]),
      ['x', `${secret}\n`],
    ];
    for (const [name, password] of pairs) expect(await basic(name, password)).toBe(`${alice.name} by token`);
    expect(await basic(alice.name, PASSWORD)).toBe(`${alice.name} by password`);
  });

  it('that was revoked fails as a token in the place of the name, and uses up no guesses at passwords', async () => {
    const { token, secret } = await newToken();
    await forge.get(AccessTokensService).revoke(alice.userId, token.id);
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => basic(secret, 'x-oauth-basic')));
    expect(counts(outcomes)('unauthenticated')).toBe(20);
    expect(counts(outcomes)('rate_limited')).toBe(10);
    expect(await signIn(alice.name, PASSWORD)).toBe('in');
  });

  it('gives no guess at a password for nothing', async () => {
    const outcomes = await Promise.all(Array.from({ length: 30 }, (_, nth) => basic(alice.name, `gry_pat_${nth}`)));
    expect(counts(outcomes)('unauthenticated')).toBe(5);
    expect(counts(await Promise.all(Array.from({ length: 30 }, () => basic(alice.name, ''))))('unauthenticated')).toBe(
      30,
    );
  });
});

describe('what is over', () => {
  it('an expired token is nobody’s', async () => {
    const tokens = forge.get(AccessTokensService);
    const expiresAt = new Date(now.getTime() + HOUR_MS);
    const { secret } = await tokens.create(alice, { name: 't', scopes: ['user'], repositoryIds: null, expiresAt });
    now = new Date(expiresAt.getTime() - 1);
    expect(await tokens.actorOf(secret)).toMatchObject({ userId: alice.userId });
    now = expiresAt;
    expect(await tokens.actorOf(secret)).toBeNull();
  });

  it('an expired session is nobody’s', async () => {
    const sessions = forge.get(SessionsService);
    const { secret, expiresAt } = await sessions.open(alice.userId, { userAgent: null, ip: null });
    now = new Date(expiresAt.getTime() - 1);
    expect(await sessions.find(secret)).toMatchObject({ user: { id: alice.userId } });
    now = expiresAt;
    expect(await sessions.find(secret)).toBeNull();
  });

  it('sessions, tokens and the password of a user who is not active are refused', async () => {
    const sessions = forge.get(SessionsService);
    const { secret } = await sessions.open(alice.userId, { userAgent: null, ip: null });
    const input = { name: 't', scopes: ['user' as const], repositoryIds: null, expiresAt: null };
    const token = await forge.get(AccessTokensService).create(alice, input);
    expect(await signIn(alice.name, PASSWORD)).toBe('in');
    await setActive(false);
    expect(await sessions.find(secret)).toBeNull();
    expect(await forge.get(AccessTokensService).actorOf(token.secret)).toBeNull();
    expect(await signIn(alice.name, PASSWORD)).toBe('unauthenticated');
    await setActive(true);
    expect(await sessions.find(secret)).toMatchObject({ user: { id: alice.userId } });
  });

  it('other sessions end with a change of password, and the one that changed it stays', async () => {
    const sessions = forge.get(SessionsService);
    const open = () => sessions.open(alice.userId, { userAgent: null, ip: null });
    const [kept, other] = [await open(), await open()];
    const bob = await forge.user(`bob${serial}`);
    const foreign = await sessions.open(bob.userId, { userAgent: null, ip: null });
    const found = await sessions.find(kept.secret);
    await sessions.revokeOthers(alice.userId, found?.session.id ?? null);
    expect(await sessions.find(kept.secret)).not.toBeNull();
    expect(await sessions.find(other.secret)).toBeNull();
    expect(await sessions.find(foreign.secret)).not.toBeNull();
  });
});
