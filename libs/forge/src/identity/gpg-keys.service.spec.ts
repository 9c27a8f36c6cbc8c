import { generateKey } from 'openpgp';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { GpgKeysService } from './gpg-keys.service';

let forge: ForgeFixture;
let keys: GpgKeysService;
let alice: number;
let mallory: number;

beforeAll(async () => {
  forge = await openForge();
  keys = forge.get(GpgKeysService);
  alice = (await forge.user('alice')).userId;
  mallory = (await forge.user('mallory')).userId;
});
afterAll(() => forge.close());

async function made(name: string) {
  return generateKey({
    userIDs: [{ name, email: `${name}@Example.com` }],
    subkeys: [{ sign: true }, {}],
    format: 'armored',
  });
}

it('registers a key with all its parts, under its own name or the one it is given', async () => {
  const { publicKey } = await made('alice');
  const key = await keys.create(alice, publicKey);
  expect(key).toMatchObject({ name: 'alice <alice@Example.com>', emails: ['alice@example.com'] });
  expect(key.keyIds).toHaveLength(3);
  expect(await keys.find(alice, key.id)).toMatchObject({
    fingerprint: key.fingerprint,
    parts: [
      { fingerprint: key.fingerprint, canCertify: true, expiresAt: null, createdAt: expect.stringMatching(/^\d{4}-/) },
      { canSign: true, canEncryptComms: false },
      { canSign: false, canEncryptComms: true },
    ],
  });
  const named = await keys.create(alice, (await made('alice')).publicKey, ' work laptop ');
  expect(named.name).toBe('work laptop');
  expect((await keys.list(alice)).rows.map(({ id }) => id)).toEqual([key.id, named.id]);
});

it('is found by the id of any part, while its owner is active', async () => {
  const owner = await forge.user('carol');
  const key = await keys.create(owner.userId, (await made('carol')).publicKey);
  for (const id of key.keyIds) {
    expect(await keys.byKeyIds([id, 'F'.repeat(16)])).toMatchObject([
      { key: { id: key.id }, owner: { name: 'carol' } },
    ]);
  }
  expect(await keys.byKeyIds([])).toEqual([]);
  await forge.database.query('UPDATE users SET is_active = false WHERE id = $1', [owner.userId]);
  expect(await keys.byKeyIds(key.keyIds)).toEqual([]);
});

it('belongs to one user of the instance', async () => {
  const { publicKey } = await made('once');
  const key = await keys.create(alice, publicKey);
  const refused = { code: 'invalid', fields: [{ field: 'armored_public_key', code: 'already_exists' }] };
  await expect(keys.create(mallory, publicKey)).rejects.toMatchObject({ ...refused, message: /already in use/ });
  await expect(keys.create(alice, publicKey)).rejects.toMatchObject({ ...refused, message: /delete it first/ });
  expect(await keys.find(mallory, key.id)).toBeNull();
  expect(await keys.remove(mallory, key.id)).toBe(false);
  expect(await keys.remove(alice, key.id)).toBe(true);
  await keys.create(mallory, publicKey);
});

it('is no private key', async () => {
  const { privateKey } = await made('secret');
  await expect(keys.create(alice, privateKey)).rejects.toMatchObject({ code: 'invalid' });
  const stored = await forge.database.query<{ n: string }[]>(
    `SELECT count(*) AS n FROM gpg_keys WHERE armored LIKE '%PRIVATE%'`,
  );
  expect(stored).toEqual([{ n: '0' }]);
});
