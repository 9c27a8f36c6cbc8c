import { generateKeyPairSync } from 'node:crypto';
import { DAY_MS } from '@granary/kernel';
import type { TokenScope } from '@granary/api-contract';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { AccessTokensService } from './access-tokens.service';
import type { UserActor } from './actor';
import { SshKeysService } from './ssh-keys.service';

const SCOPES: TokenScope[] = ['repo:read', 'repo:admin', 'user', 'keys'];

let forge: ForgeFixture;
let tokens: AccessTokensService;
let alice: UserActor;
let now = new Date();
const later = (days: number) => new Date(now.getTime() + days * DAY_MS);

beforeAll(async () => {
  forge = await openForge({ clock: { now: () => now } });
  tokens = forge.get(AccessTokensService);
  alice = await forge.user('alice');
});
afterAll(() => forge.close());
beforeEach(() => {
  now = new Date();
});

const input = (more: object) => ({ name: 't', scopes: SCOPES, repositoryIds: null, expiresAt: undefined, ...more });

/** The actor of a new token. */
async function made(by: UserActor, more: object = {}): Promise<UserActor> {
  const { secret } = await tokens.create(by, input(more));
  const actor = await tokens.actorOf(secret);
  if (!actor) throw new Error('no actor');
  return actor;
}
const refused = (by: UserActor, more: object) =>
  expect(tokens.create(by, input(more))).rejects.toMatchObject({ code: 'forbidden' });

/** An Ed25519 public key in OpenSSH's form. */
function publicKey(): string {
  const raw = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
  const part = (bytes: Buffer) => Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  return `ssh-ed25519 ${Buffer.concat([part(Buffer.from('ssh-ed25519')), part(raw)]).toString('base64')} key`;
}

it('a token that expires makes none that lives longer', async () => {
  const parent = await made(alice, { expiresAt: later(1) });
  await refused(parent, { expiresAt: null });
  await refused(parent, { expiresAt: later(2) });
  expect((await made(parent)).expiresAt).toEqual(later(1));
  expect((await made(parent, { expiresAt: later(0.5) })).expiresAt).toEqual(later(0.5));
  const grandchild = await made(await made(parent));
  expect(grandchild.expiresAt).toEqual(later(1));
  expect((await made(alice, { expiresAt: null })).expiresAt).toBeNull();
  expect((await made(await made(alice, { expiresAt: null }), { expiresAt: null })).expiresAt).toBeNull();
});

it('a token makes none with a scope that it lacks', async () => {
  const parent = await made(alice, { scopes: ['user', 'repo:read'] });
  for (const scope of ['repo:write', 'repo:admin', 'keys', 'hooks', 'admin'])
    await refused(parent, { scopes: [scope] });
  expect([...((await made(parent, { scopes: ['repo:read'] })).scopes ?? [])]).toEqual(['repo:read']);
  await refused({ ...alice, isAdmin: false }, { scopes: ['admin'] });
});

it('a token for named repositories makes none for all, or for others', async () => {
  const parent = await made(alice, { repositoryIds: [7, 8] });
  await refused(parent, { repositoryIds: null });
  await refused(parent, { repositoryIds: [7, 9] });
  expect([...((await made(parent, { repositoryIds: [8] })).repositoryIds ?? [])]).toEqual([8]);
});

it('an SSH key that an expiring token added is good no longer than the token', async () => {
  const keys = forge.get(SshKeysService);
  const [lent, own] = [
    await keys.create(alice.userId, publicKey(), { expiresAt: later(1) }),
    await keys.create(alice.userId, publicKey()),
  ];
  const good = async () => [
    await keys.isRegistered(lent.fingerprint),
    (await keys.actorOf(lent.fingerprint)) !== null,
    (await keys.ownersOf([lent.fingerprint])).size === 1,
  ];
  expect(await good()).toEqual([true, true, true]);
  now = later(1);
  expect(await good()).toEqual([false, false, false]);
  expect(await keys.actorOf(own.fingerprint)).toMatchObject({ userId: alice.userId, expiresAt: null });
});
