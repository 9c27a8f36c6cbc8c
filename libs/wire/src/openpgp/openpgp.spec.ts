import * as fc from 'fast-check';
import { config, enums, readKey, readPrivateKey, SignaturePacket, Subkey, type PrivateKey } from 'openpgp';
import { GpgHome } from '../testing/gpg-home';
import { OPENPGP_KEY_LIMIT_BYTES, parseOpenPgpKey, type OpenPgpKey } from './public-key';
import { checkOpenPgpSignature, parseOpenPgpSignature, readSigningKey, type OpenPgpVerdict } from './signature';

let home: GpgHome;
beforeAll(() => (home = new GpgHome()));
afterAll(() => home.remove());

const message = 'tree 1\nauthor a\n\nhello\n';

async function keyOf(armored: string, minRsaBits?: number): Promise<OpenPgpKey> {
  const parsed = await parseOpenPgpKey(armored, { minRsaBits });
  if (parsed.kind === 'error') throw new Error(parsed.error);
  return parsed.key;
}

async function errorOf(text: string): Promise<string> {
  const parsed = await parseOpenPgpKey(text);
  return parsed.kind === 'error' ? parsed.error : 'accepted';
}

/** What a hub that keeps `exported` says of a signature. */
async function verdictOn(
  signature: string,
  exported: string,
  { payload = message, now = new Date(), minRsaBits = 3072 } = {},
): Promise<OpenPgpVerdict> {
  const parsed = await parseOpenPgpSignature(signature);
  if (parsed.kind === 'malformed') throw new Error(parsed.reason);
  const key = await readSigningKey((await keyOf(exported, 1024)).armored);
  return checkOpenPgpSignature(parsed, Buffer.from(payload), { key, now, policy: { minRsaBits } });
}

/** A binding that the primary key alone signs. */
async function bind(primary: PrivateKey, subkey: Subkey): Promise<SignaturePacket> {
  const binding = new SignaturePacket();
  binding.signatureType = enums.signature.subkeyBinding;
  binding.publicKeyAlgorithm = primary.keyPacket.algorithm;
  binding.hashAlgorithm = enums.hash.sha256;
  binding.keyFlags = new Uint8Array([enums.keyFlags.signData]);
  const bound = { key: primary.keyPacket, bind: subkey.keyPacket };
  // The library's types know less of its parameters than it needs.
  const sign = binding.sign.bind(binding) as (...all: unknown[]) => Promise<void>;
  await sign(primary.keyPacket, bound, new Date(), false, config);
  return binding;
}

const userId = (name: string) => `${name} <${name}@Example.com>`;

describe('parseOpenPgpKey beside gpg', () => {
  it('reads a primary key and its subkeys', async () => {
    const fingerprint = home.makeKey(userId('ada'), { usage: 'sign,cert', at: '20240101T000000' });
    const signing = home.addSubkey(fingerprint, { at: '20240201T000000', expires: '20990101T000000' });
    home.gpg(['--quick-add-key', fingerprint, 'cv25519', 'encr'], { at: '20240301T000000' });
    const key = await keyOf(home.export(fingerprint));
    expect(key).toMatchObject({
      fingerprint,
      keyId: fingerprint.slice(-16),
      userIds: [userId('ada')],
      emails: ['ada@example.com'],
      createdAt: new Date('2024-01-01T00:00:00Z'),
      expiresAt: null,
      isRevoked: false,
      canSign: true,
      canCertify: true,
      canEncryptComms: false,
    });
    expect(key.subkeys).toMatchObject([
      { fingerprint: signing, canSign: true, canCertify: false, expiresAt: new Date('2099-01-01T00:00:00Z') },
      { canSign: false, canEncryptComms: true, canEncryptStorage: true, expiresAt: null },
    ]);
  });

  it('keeps what the key says of itself, and not what others say of it', async () => {
    const known = home.makeKey(userId('known'));
    const friend = home.makeKey(userId('friend'), { usage: 'cert' });
    home.gpg(['-u', friend, '--quick-sign-key', known]);
    const exported = home.export(known);
    const before = await readKey({ armoredKey: exported });
    expect(before.users[0]?.otherCertifications).toHaveLength(1);
    const after = await readKey({ armoredKey: (await keyOf(exported)).armored });
    expect(after.users[0]?.otherCertifications).toHaveLength(0);
    expect(after.users[0]?.selfCertifications).toHaveLength(1);
  });

  it('keeps one signature of each thing, the latest, and no user ID that the key has revoked', async () => {
    const fingerprint = home.makeKey(userId('many'), { at: '20240101T000000', expires: '20250101T000000' });
    for (const [at, expires] of [
      ['20240201T000000', '20270101T000000'],
      ['20240301T000000', '20990101T000000'],
    ]) {
      home.gpg(['--quick-set-expire', fingerprint, expires ?? ''], { at });
    }
    home.gpg(['--quick-add-uid', fingerprint, userId('former')]);
    home.gpg(['--quick-revoke-uid', fingerprint, userId('former')]);
    const exported = home.export(fingerprint);
    expect((await readKey({ armoredKey: exported })).users).toHaveLength(2);
    const key = await keyOf(exported);
    expect(key).toMatchObject({ emails: ['many@example.com'], expiresAt: new Date('2099-01-01T00:00:00Z') });
    const kept = await readKey({ armoredKey: key.armored });
    expect(kept.users.map(({ selfCertifications }) => selfCertifications.length)).toEqual([1]);
    expect(await verdictOn(home.sign(fingerprint, message), exported)).toBe('good');
  });

  it('knows expired and revoked keys', async () => {
    const expired = home.makeKey(userId('expired'), { at: '20200101T000000', expires: '20210101T000000' });
    expect(await keyOf(home.export(expired))).toMatchObject({ expiresAt: new Date('2021-01-01T00:00:00Z') });
    const revoked = home.makeKey(userId('revoked'));
    home.revoke(revoked);
    expect(await keyOf(home.export(revoked))).toMatchObject({ isRevoked: true });
  });

  it('does not take a subkey that did not agree: claiming it would claim what it signed', async () => {
    const alice = home.makeKey(userId('bound'));
    home.addSubkey(alice);
    const victim = (await readKey({ armoredKey: home.export(alice) })).subkeys[0] as Subkey;
    const secret = home.gpg(['--armor', '--export-secret-keys', home.makeKey(userId('thief'))]);
    const thief = await readPrivateKey({ armoredKey: secret });
    const stolen = thief.toPublic();
    const taken = new Subkey(victim.keyPacket, stolen);
    stolen.subkeys = [taken];
    for (const bindings of [victim.bindingSignatures, [await bind(thief, victim)]]) {
      taken.bindingSignatures = bindings;
      expect((await readKey({ armoredKey: stolen.armor() })).subkeys).toHaveLength(1);
      const key = await keyOf(stolen.armor());
      expect(key.subkeys).toEqual([]);
      expect((await readSigningKey(key.armored)).subkeys).toEqual([]);
    }
  });

  it('refuses short RSA keys, DSA and curves that it cannot check', async () => {
    expect(await errorOf(home.export(home.makeKey(userId('short'), { algorithm: 'rsa2048' })))).toMatch(
      /2048 bits.*3072/,
    );
    expect(await errorOf(home.export(home.makeKey(userId('dsa'), { algorithm: 'dsa2048' })))).toMatch(/kind dsa/);
    const brainpool = home.makeKey(userId('brainpool'), { algorithm: 'brainpoolP256r1' });
    expect(await errorOf(home.export(brainpool))).toMatch(/curve brainpoolP256r1/);
  });

  it('warns whoever pastes a private key', async () => {
    const fingerprint = home.makeKey(userId('secret'));
    const secret = home.gpg(['--armor', '--export-secret-keys', fingerprint]);
    expect(await errorOf(secret)).toMatch(/PRIVATE key/);
    expect(await errorOf(secret.replaceAll('PRIVATE', 'PUBLIC'))).toMatch(/PRIVATE key/);
  });

  it('wants one key at a time', async () => {
    const two = ['first', 'second'].map((name) => home.makeKey(userId(name)));
    expect(await errorOf(home.gpg(['--armor', '--export', ...two]))).toMatch(/several keys/);
  });

  it('reads a key as mail programs and forms leave it, and one at a time all the same', async () => {
    const exported = home.export(home.makeKey(userId('pasted')));
    const { fingerprint } = await keyOf(exported);
    const lines = exported.trim().split('\n');
    for (const text of [
      `\ufeff \r\n${lines.join('\r\n')}\r\n\r\n`,
      lines.map((line) => `    ${line}  `).join('\n'),
      `My key:\n\n${lines.map((line) => `> ${line}`).join('\n')}\n\nRegards`,
      lines.filter((line) => line !== '').join('\n'),
      [lines[0], 'Version: GnuPG v2', 'Comment: mine', ...lines.slice(2)].join('\n'),
    ]) {
      expect((await keyOf(text)).fingerprint).toBe(fingerprint);
    }
    expect(await errorOf(`${exported}\r\n${exported}`)).toMatch(/several keys/);
    expect(await errorOf(`-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${exported}`)).toMatch(/PRIVATE key/);
  });

  it('refuses what is longer than 64 KiB', async () => {
    expect(await errorOf('x'.repeat(OPENPGP_KEY_LIMIT_BYTES + 1))).toMatch(/64 KiB/);
  });

  it('answers for any damage', async () => {
    const [start = '', , ...rest] = home.export(home.makeKey(userId('damaged'))).split('\n');
    const bytes = Buffer.from(rest.slice(0, -3).join(''), 'base64');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const damaged = Buffer.from(bytes);
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        const armored = `${start}\n\n${damaged.toString('base64')}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
        const parsed = await parseOpenPgpKey(armored);
        if (parsed.kind === 'key') expect(parsed.key.emails).toEqual(['damaged@example.com']);
      }),
    );
  });

  it.each([
    ['', /empty/],
    ['hello', /Not a GPG public key/],
    ['ssh-ed25519 AAAA', /SSH key/],
    ['-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----', /damaged/],
  ])('refuses %j', async (text, reason) => expect(await errorOf(text)).toMatch(reason));
});

describe('checkOpenPgpSignature beside gpg', () => {
  it.each(['ed25519', 'rsa3072', 'nistp256', 'nistp384', 'nistp521'])(
    'takes one by %s, for its message alone',
    async (algorithm) => {
      const key = home.makeKey(userId(algorithm), { algorithm });
      const signature = home.sign(key, message);
      expect(await verdictOn(signature, home.export(key))).toBe('good');
      expect(await verdictOn(signature, home.export(key), { payload: `${message} ` })).toBe('invalid');
    },
  );

  it('takes one by a subkey', async () => {
    const key = home.makeKey(userId('subs'), { usage: 'cert' });
    const subkey = home.addSubkey(key);
    const signature = home.sign(`${subkey}!`, message);
    expect(await parseOpenPgpSignature(signature)).toMatchObject({ keyId: subkey.slice(-16) });
    expect(await verdictOn(signature, home.export(key))).toBe('good');
  });

  it('refuses expired keys and subkeys, even for signatures from before', async () => {
    const at = '20200601T000000';
    const expired = home.makeKey(userId('gone'), { at: '20200101T000000', expires: '20210101T000000' });
    const signature = home.sign(expired, message, { at });
    expect(await verdictOn(signature, home.export(expired))).toBe('expired_key');
    expect(await verdictOn(signature, home.export(expired), { now: new Date('2020-07-01') })).toBe('good');
    const primary = home.makeKey(userId('lasting'), { usage: 'cert', at: '20200101T000000' });
    const subkey = home.addSubkey(primary, { at: '20200102T000000', expires: '20210101T000000' });
    expect(await verdictOn(home.sign(`${subkey}!`, message, { at }), home.export(primary))).toBe('expired_key');
  });

  it('refuses revoked keys and subkeys', async () => {
    const key = home.makeKey(userId('lost'));
    const signature = home.sign(key, message);
    home.revoke(key);
    expect(await verdictOn(signature, home.export(key))).toBe('revoked_key');
    const primary = home.makeKey(userId('kept'), { usage: 'cert' });
    const subkey = home.addSubkey(primary);
    const bySubkey = home.sign(`${subkey}!`, message);
    home.gpg(['--command-fd', '0', '--no-batch', '--no-tty', '--edit-key', primary], {
      input: 'key 1\nrevkey\ny\n0\n\ny\nsave\n',
    });
    expect(await verdictOn(bySubkey, home.export(primary))).toBe('revoked_key');
  });

  it('refuses SHA-1, short RSA, another key, another kind of signature, one that has ended', async () => {
    const key = home.makeKey(userId('strict'));
    const other = home.makeKey(userId('other'));
    const exported = home.export(key);
    const args = ['--digest-algo', 'SHA1', '--allow-weak-digest-algos'];
    expect(await verdictOn(home.sign(key, message, { args }), exported)).toBe('invalid');
    expect(await verdictOn(home.sign(other, message), exported)).toBe('invalid');
    expect(await verdictOn(home.sign(key, message, { args: ['--textmode'] }), exported)).toBe('invalid');
    const ended = home.sign(key, message, { args: ['--default-sig-expire', 'seconds=1'] });
    expect(await verdictOn(ended, exported, { now: new Date(Date.now() + 60_000) })).toBe('invalid');
    const rsa = home.makeKey(userId('small'), { algorithm: 'rsa2048' });
    expect(await verdictOn(home.sign(rsa, message), home.export(rsa))).toBe('not_signing_key');
    expect(await verdictOn(home.sign(rsa, message), home.export(rsa), { minRsaBits: 2048 })).toBe('good');
  });

  it('refuses a signature from the future, but not for a clock that is a minute ahead', async () => {
    const key = home.makeKey(userId('ahead'), { at: '20240101T000000' });
    const signature = home.sign(key, message, { at: '20240601T000000' });
    const exported = home.export(key);
    expect(await verdictOn(signature, exported, { now: new Date('2024-05-31T23:59:00Z') })).toBe('good');
    expect(await verdictOn(signature, exported, { now: new Date('2024-05-31T23:50:00Z') })).toBe('invalid');
  });

  it('is never good when a byte was altered', async () => {
    const key = home.makeKey(userId('altered'));
    const [start = '', , ...rest] = home.sign(key, message).split('\n');
    const bytes = Buffer.from(rest.slice(0, -3).join(''), 'base64');
    const signer = await readSigningKey((await keyOf(home.export(key))).armored);
    const hashedEnd = 6 + bytes.readUInt16BE(6) + 2;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const altered = Buffer.from(bytes);
        altered[at] = (altered[at] ?? 0) ^ mask;
        const armored = `${start}\n\n${altered.toString('base64')}\n-----END PGP SIGNATURE-----\n`;
        const parsed = await parseOpenPgpSignature(armored);
        if (parsed.kind === 'malformed') return;
        const verdict = await checkOpenPgpSignature(parsed, Buffer.from(message), { key: signer, now: new Date() });
        // What stands outside the hashed part is nobody's word, and may be altered.
        if (at <= hashedEnd || at >= hashedEnd + 16) expect(verdict).not.toBe('good');
      }),
    );
  });
});

describe('parseOpenPgpSignature', () => {
  it.each([
    ['hello', /armour/],
    ['-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----', /armour/],
    ['-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\nmore', /armour/],
    ['-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----', /no signature/],
  ])('refuses %j', async (text, reason) => {
    expect(await parseOpenPgpSignature(text)).toMatchObject({
      kind: 'malformed',
      reason: expect.stringMatching(reason),
    });
  });

  it('refuses two signatures in one armour', async () => {
    const [one, two] = ['twin', 'twain'].map((name) => home.makeKey(userId(name)));
    const both = home.gpg(['-bsa', '-u', one ?? '', '-u', two ?? ''], { input: message });
    expect(await parseOpenPgpSignature(both)).toMatchObject({ reason: expect.stringMatching(/more than one/) });
  });

  it('answers for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const body = Buffer.from(bytes).toString('base64');
        await parseOpenPgpSignature(`-----BEGIN PGP SIGNATURE-----\n\n${body}\n-----END PGP SIGNATURE-----`);
      }),
    );
  });
});
