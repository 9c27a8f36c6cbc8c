import { AuditService } from '../audit';
import { RepositoriesService } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { AccessTokensService } from './access-tokens.service';
import { AccountLifecycleService } from './account-lifecycle.service';
import { AccountsService } from './accounts.service';
import type { UserActor } from './actor';
import { AuthenticationService } from './authentication.service';
import { SessionsService } from './sessions.service';
import { SshKeysService } from './ssh-keys.service';

const PASSWORD = 'long enough password';
const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDk5u0Hq5Z2yJ6yqJ0rQWnC3nJbC4m9zq1kz8y0bC6hN alice';

let forge: ForgeFixture;
let lifecycle: AccountLifecycleService;
let root: UserActor;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  lifecycle = forge.get(AccountLifecycleService);
  root = await forge.user('operator1', { isAdmin: true });
});
afterAll(() => forge.close());

const account = () => forge.user(`user${++serial}`);
const signIn = (name: string, password = PASSWORD) =>
  forge
    .get(AuthenticationService)
    .password(name, password, `192.0.2.${serial}`)
    .then(
      () => 'in',
      (error: { code: string }) => error.code,
    );
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: { code: string; message: string }) => error,
  );

async function credentialsOf(user: UserActor) {
  const session = await forge.get(SessionsService).open(user.userId, { userAgent: null, ip: null });
  const { secret } = await forge
    .get(AccessTokensService)
    .create(user, { name: 'ci', scopes: ['repo:read'], repositoryIds: null, expiresAt: null });
  const key = await forge
    .get(SshKeysService)
    .create(user.userId, KEY)
    .catch(() => null);
  const good = async () => ({
    session: (await forge.get(SessionsService).find(session.secret)) !== null,
    token: (await forge.get(AccessTokensService).actorOf(secret)) !== null,
    key: key === null || (await forge.get(SshKeysService).actorOf(key.fingerprint)) !== null,
    password: (await signIn(user.name)) === 'in',
  });
  return { good, key };
}

it('a disabled account signs in by nothing that it has, and an enabled one by all but its old sessions', async () => {
  const alice = await account();
  const { good, key } = await credentialsOf(alice);
  expect(key).not.toBeNull();
  expect(await good()).toEqual({ session: true, token: true, key: true, password: true });
  await lifecycle.setActive(alice.userId, false);
  expect(await good()).toEqual({ session: false, token: false, key: false, password: false });
  await lifecycle.setActive(alice.userId, true);
  expect(await good()).toEqual({ session: false, token: true, key: true, password: true });
});

it('a new password ends the sessions and the old password', async () => {
  const alice = await account();
  const { good } = await credentialsOf(alice);
  await lifecycle.resetPassword(alice.userId, 'another long password');
  expect(await good()).toMatchObject({ session: false, token: true, password: false });
  expect(await signIn(alice.name, 'another long password')).toBe('in');
  expect(await refusal(lifecycle.resetPassword(alice.userId, 'short'))).toMatchObject({ code: 'invalid' });
});

it('the last active administrator can be neither disabled, demoted nor deleted, also when two do it to each other', async () => {
  for (const work of [
    () => lifecycle.setActive(root.userId, false),
    () => lifecycle.setAdmin(root.userId, false),
    () => lifecycle.remove(root.userId),
  ])
    expect(await refusal(work())).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('last active administrator'),
    });
  const other = await account();
  await lifecycle.setAdmin(other.userId, true);
  const outcomes = await Promise.all([root, other].map(({ userId }) => refusal(lifecycle.setActive(userId, false))));
  expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
  await lifecycle.setActive(root.userId, true);
  await lifecycle.setActive(other.userId, true);
  await lifecycle.setAdmin(other.userId, false);
});

it('an account that owns repositories stays; without them it goes, and its name gives nobody what it had', async () => {
  const alice = await account();
  const repository = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'kept' });
  expect(await refusal(lifecycle.remove(alice.userId))).toMatchObject({
    code: 'conflict',
    message: `${alice.name} owns a repository.`,
  });
  expect(repository.name).toBe('kept');

  const bob = await account();
  const { good } = await credentialsOf(bob);
  await lifecycle.remove(bob.userId);
  expect(await forge.get(AccountsService).byName(bob.name)).toBeNull();
  const again = await forge.get(AccountsService).create({ name: bob.name, password: PASSWORD });
  expect(again.id).not.toBe(bob.userId);
  expect(await good()).toMatchObject({ session: false, token: false });
});

it('the audit log tells each of it, with the name of an account that is gone', async () => {
  const alice = await account();
  await lifecycle.setAdmin(alice.userId, true);
  await lifecycle.setAdmin(alice.userId, true);
  await lifecycle.setActive(alice.userId, false);
  await lifecycle.setActive(alice.userId, true);
  await lifecycle.resetPassword(alice.userId, 'another long password');
  await lifecycle.remove(alice.userId);
  const entries = await forge.get(AuditService).list({ repositoryId: null, actionPrefix: '', limit: 50, offset: 0 });
  expect(entries.filter(({ target }) => target === alice.name).map(({ action }) => action)).toEqual([
    'user.delete',
    'password.reset',
    'user.enable',
    'user.disable',
    'user.promote',
    'user.create',
  ]);
});

it('takes no text for an e-mail address that is none, whichever way it comes', async () => {
  const name = `user${++serial}`;
  expect(
    await refusal(forge.get(AccountsService).create({ name, password: PASSWORD, email: 'notanemail' })),
  ).toMatchObject({ code: 'invalid' });
  const alice = await account();
  expect(await refusal(forge.get(AccountsService).updateProfile(alice.userId, { email: 'nor this' }))).toMatchObject({
    code: 'invalid',
  });
});
