import { RepositoryBuilder } from '@granary/git-process/testing';
import { AccountsService, GpgKeysService, SshKeysService, User } from '../identity';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { SignaturesService, type Verification } from './signatures.service';
import { makeGpgKey, type Signer, SshKeyMaker, storeCommit, storeTag } from './testing/signers';

let forge: ForgeFixture;
let repository: RepositoryBuilder;
let keys: SshKeyMaker;
let signatures: SignaturesService;
let ids: Record<'alice' | 'mallory', number>;
let bySshOfAlice: Signer;

beforeAll(async () => {
  [forge, repository] = await Promise.all([openForge(), RepositoryBuilder.create()]);
  keys = new SshKeyMaker();
  signatures = forge.get(SignaturesService);
  ids = { alice: await account('alice'), mallory: await account('mallory') };
  bySshOfAlice = (await registered('alice')).sign();
});
afterAll(async () => {
  keys.remove();
  await Promise.all([forge.close(), repository.remove()]);
});

async function account(name: string): Promise<number> {
  const input = { name, password: 'long enough password', email: `${name}@example.com` };
  return (await forge.get(AccountsService).create(input)).id;
}

let made = 0;
/** A new SSH key that `who` registers. */
async function registered(who: 'alice' | 'mallory', type?: string) {
  const key = keys.make(`${who}-${made++}`, type);
  return { ...key, id: (await forge.get(SshKeysService).create(ids[who], key.publicKey)).id };
}

async function of(sha: string, email = 'alice@example.com', at = repository): Promise<Verification> {
  const found = (await signatures.ofCommits(at.path, [{ sha, email }])).get(sha);
  if (!found) throw new Error('it was left out');
  return found;
}

const reasonOf = async (sha: string, email?: string) => (await of(sha, email)).reason;

describe('a commit', () => {
  it.each(['ed25519', 'ecdsa', 'rsa'])('is verified by a registered SSH key of %s', async (type) => {
    const key = await registered('alice', type);
    const sha = await storeCommit(repository, { sign: key.sign() });
    expect(await of(sha)).toMatchObject({
      verified: true,
      reason: 'valid',
      signer: { name: 'alice' },
      key: { kind: 'ssh', id: expect.stringMatching(/^SHA256:/) },
      signature: expect.stringMatching(/^-----BEGIN SSH SIGNATURE-----\n/),
      payload: expect.stringMatching(/^tree .*\n\nChange\n$/s),
    });
  });

  it('is verified by a registered GPG key', async () => {
    const key = await makeGpgKey('alice');
    const row = await forge.get(GpgKeysService).create(ids.alice, key.publicKey);
    const sha = await storeCommit(repository, { sign: key.sign });
    const found = {
      verified: true,
      reason: 'valid',
      signer: { name: 'alice' },
      key: { kind: 'gpg', id: row.keyIds[0] },
    };
    expect(await of(sha)).toMatchObject(found);
    await forge.get(GpgKeysService).remove(ids.alice, row.id);
    expect(await of(sha)).toMatchObject({ verified: false, reason: 'unknown_key', signer: null });
  });

  it('is verified when it is a merge', async () => {
    const parents = [await storeCommit(repository, {}), await storeCommit(repository, { message: 'Other' })];
    expect(await reasonOf(await storeCommit(repository, { sign: bySshOfAlice, parents }))).toBe('valid');
  });

  it('is verified in a SHA-256 repository, by the signature for that hash', async () => {
    const other = await RepositoryBuilder.create({ objectFormat: 'sha256' });
    try {
      const sha = await storeCommit(other, { sign: bySshOfAlice });
      expect(await of(sha, undefined, other)).toMatchObject({ verified: true });
      const wrong = await storeCommit(other, { sign: bySshOfAlice, header: 'gpgsig' });
      expect(await of(wrong, undefined, other)).toMatchObject({ verified: false, reason: 'unsigned' });
    } finally {
      await other.remove();
    }
  });

  it('without a signature is unsigned', async () => {
    const sha = await storeCommit(repository, {});
    expect(await of(sha)).toEqual({
      verified: false,
      reason: 'unsigned',
      signature: null,
      payload: null,
      signer: null,
      key: null,
    });
  });

  it('by a key that nobody has registered is not verified, until somebody does', async () => {
    const key = keys.make('stray');
    const sha = await storeCommit(repository, { sign: key.sign() });
    expect(await reasonOf(sha)).toBe('unknown_key');
    const { id } = await forge.get(SshKeysService).create(ids.alice, key.publicKey);
    expect(await reasonOf(sha)).toBe('valid');
    await forge.get(SshKeysService).remove(ids.alice, id);
    expect(await reasonOf(sha)).toBe('unknown_key');
  });

  it("over another's address is not verified", async () => {
    const { sign } = await registered('mallory');
    const sha = await storeCommit(repository, { sign: sign() });
    expect(await of(sha)).toMatchObject({ verified: false, reason: 'bad_email', signer: { name: 'mallory' } });
  });

  it('is judged by the address that its reader sees, not by the one that the object holds', async () => {
    const { sign } = await registered('mallory');
    const sha = await storeCommit(repository, { sign: sign(), email: 'mallory@example.com' });
    expect(await reasonOf(sha, 'mallory@example.com')).toBe('valid');
    expect(await reasonOf(sha, 'alice@example.com')).toBe('bad_email');
  });

  it("with another commit's signature is not verified, and says nothing of its signer", async () => {
    const moved = await bySshOfAlice(Buffer.from('another commit'));
    const sha = await storeCommit(repository, { sign: () => moved });
    expect(await of(sha)).toMatchObject({ verified: false, reason: 'invalid', signer: null });
  });

  it('is not verified by a signature for another purpose', async () => {
    const { sign } = await registered('alice');
    expect(await reasonOf(await storeCommit(repository, { sign: sign('file') }))).toBe('invalid');
  });

  it('is not verified by an expired or a revoked GPG key', async () => {
    const gpg = forge.get(GpgKeysService);
    const expired = await makeGpgKey('alice', { madeAt: new Date('2020-01-01'), expiresAt: new Date('2021-01-01') });
    const revoked = await makeGpgKey('alice');
    await gpg.create(ids.alice, expired.publicKey);
    await gpg.create(ids.alice, revoked.revoked);
    expect(await reasonOf(await storeCommit(repository, { sign: expired.sign }))).toBe('expired_key');
    expect(await reasonOf(await storeCommit(repository, { sign: revoked.sign }))).toBe('revoked_key');
  });

  it('is not verified when its signer was deactivated or has another address now', async () => {
    const carol = await account('carol');
    const key = keys.make('carol');
    await forge.get(SshKeysService).create(carol, key.publicKey);
    const email = 'carol@example.com';
    const sha = await storeCommit(repository, { sign: key.sign(), email });
    expect(await reasonOf(sha, email)).toBe('valid');
    await forge.get(AccountsService).updateProfile(carol, { email: 'new@example.com' });
    expect(await reasonOf(sha, email)).toBe('bad_email');
    await forge.database.manager.update(User, { id: carol }, { email, isActive: false });
    expect(await reasonOf(sha, email)).toBe('unknown_key');
  });

  it.each([
    [
      'of a kind that is not known',
      '-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----',
      'unknown_signature_type',
    ],
    ['that is no armour', 'hello', 'unknown_signature_type'],
    ['that is damaged', '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----', 'malformed_signature'],
    ['that is too long', `-----BEGIN PGP SIGNATURE-----\n\n${'A'.repeat(17_000)}`, 'malformed_signature'],
  ])('with a signature %s is not verified', async (_, armored, reason) => {
    expect(await reasonOf(await storeCommit(repository, { sign: () => armored }))).toBe(reason);
  });

  it('with two signatures is not verified', async () => {
    const twice: Signer = async (payload) => {
      const one = (await bySshOfAlice(payload)).trimEnd().replaceAll('\n', '\n ');
      return `${one}\ngpgsig ${one}`.replaceAll('\n ', '\n');
    };
    const sha = await storeCommit(repository, { sign: twice });
    expect(await reasonOf(sha)).toBe('malformed_signature');
  });

  it('by a key whose row is damaged is not verified, and those beside it are', async () => {
    const [key, other] = [await makeGpgKey('alice'), await makeGpgKey('alice')];
    const row = await forge.get(GpgKeysService).create(ids.alice, key.publicKey);
    await forge.get(GpgKeysService).create(ids.alice, other.publicKey);
    const damaged = key.publicKey.replace(/\n\n/, '\n');
    await forge.database.query('UPDATE gpg_keys SET armored = $2 WHERE id = $1', [row.id, damaged]);
    const commits = [await storeCommit(repository, key), await storeCommit(repository, other)];
    const asked = commits.map((sha) => ({ sha, email: 'alice@example.com' }));
    const found = await signatures.ofCommits(repository.path, asked);
    expect(commits.map((sha) => found.get(sha)?.reason)).toEqual(['gpgverify_error', 'valid']);
  });

  it('that is too large to be looked at is not verified', async () => {
    const sha = await storeCommit(repository, { sign: bySshOfAlice, message: 'x'.repeat(300 * 1024) });
    expect(await of(sha)).toMatchObject({ verified: false, reason: 'gpgverify_error', payload: null });
  });
});

describe('a tag', () => {
  it('is verified for its tagger', async () => {
    const object = await storeCommit(repository, {});
    const [good, other] = [
      await storeTag(repository, { object, sign: bySshOfAlice }),
      await storeTag(repository, { object, sign: bySshOfAlice, email: 'bob@example.com' }),
    ];
    const found = await signatures.ofTags(repository.path, [good, other, object]);
    expect([...found.keys()]).toEqual([good, other]);
    expect(found.get(good)).toMatchObject({
      tag: { name: 'v1', message: 'First\n', object },
      verification: { verified: true, signer: { name: 'alice' } },
    });
    expect(found.get(other)).toMatchObject({ verification: { verified: false, reason: 'bad_email' } });
  });
});

it('costs two queries, however many commits there are', async () => {
  const gpg = await makeGpgKey('alice');
  await forge.get(GpgKeysService).create(ids.alice, gpg.publicKey);
  const commits: { sha: string; email: string }[] = [];
  for (let n = 0; n < 12; n++) {
    const { sign } = n % 2 ? gpg : { sign: (await registered('alice')).sign() };
    commits.push({ sha: await storeCommit(repository, { sign, message: String(n) }), email: 'alice@example.com' });
  }
  const runner = forge.database.createQueryRunner();
  const query = jest.spyOn(Object.getPrototypeOf(runner) as typeof runner, 'query');
  try {
    const found = await signatures.ofCommits(repository.path, commits);
    expect([...found.values()].map(({ reason }) => reason)).toEqual(commits.map(() => 'valid'));
    expect(query).toHaveBeenCalledTimes(2);
  } finally {
    query.mockRestore();
    await runner.release();
  }
});
