import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { sshFingerprint, verifySshSignature, type SshSignature } from './key-signature';

const string = (bytes: Buffer | string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(bytes));
  return Buffer.concat([length, Buffer.from(bytes)]);
};
const mpint = (magnitude: Buffer) =>
  string((magnitude[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), magnitude]) : magnitude);
const blob = (...parts: (Buffer | string)[]) => Buffer.concat(parts.map(string));
const part = (key: KeyObject, name: 'x' | 'y' | 'n' | 'e') =>
  Buffer.from(key.export({ format: 'jwk' })[name] ?? '', 'base64url');
const message = Buffer.from('what is signed');

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const rsaBlob = Buffer.concat([string('ssh-rsa'), mpint(part(rsa.publicKey, 'e')), mpint(part(rsa.publicKey, 'n'))]);
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const point = Buffer.concat([Buffer.from([4]), part(ec.publicKey, 'x'), part(ec.publicKey, 'y')]);
const ecBlob = blob('ecdsa-sha2-nistp256', 'nistp256', point);
const ed = generateKeyPairSync('ed25519');
const edBlob = blob('ssh-ed25519', part(ed.publicKey, 'x'));

const verifies = (key: Buffer, signature: SshSignature) => verifySshSignature(key, signature, message);

it('names a key as ssh-keygen does', () => {
  const github = 'AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl';
  expect(sshFingerprint(Buffer.from(github, 'base64'))).toBe('SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU');
});

describe('RSA', () => {
  it.each([
    ['rsa-sha2-256', 'sha256'],
    ['rsa-sha2-512', 'sha512'],
  ])('is right by %s alone', (algorithm, hash) => {
    const bytes = sign(hash, message, rsa.privateKey);
    expect(verifies(rsaBlob, { algorithm, bytes })).toBe(true);
    expect(
      verifies(rsaBlob, { algorithm: algorithm === 'rsa-sha2-256' ? 'rsa-sha2-512' : 'rsa-sha2-256', bytes }),
    ).toBe(false);
    expect(verifySshSignature(rsaBlob, { algorithm, bytes }, Buffer.from('another'))).toBe(false);
  });

  it('is wrong by SHA-1, and by an algorithm of other keys', () => {
    expect(verifies(rsaBlob, { algorithm: 'ssh-rsa', bytes: sign('sha1', message, rsa.privateKey) })).toBe(false);
    const bytes = sign('sha256', message, rsa.privateKey);
    expect(verifies(rsaBlob, { algorithm: 'ssh-ed25519', bytes })).toBe(false);
  });
});

describe('ECDSA', () => {
  const algorithm = 'ecdsa-sha2-nistp256';
  const raw = sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
  const halves = [raw.subarray(0, 32), raw.subarray(32)] as const;
  const numbers = halves.map((half) => {
    let at = 0;
    while (half[at] === 0) at++;
    return half.subarray(at);
  });

  it('is right as two numbers, and as ASN.1 where that is said', () => {
    expect(verifies(ecBlob, { algorithm, bytes: Buffer.concat(numbers.map(mpint)) })).toBe(true);
    const der = sign('sha256', message, ec.privateKey);
    expect(verifies(ecBlob, { algorithm, bytes: der, ecdsaForm: 'der' })).toBe(true);
    expect(verifies(ecBlob, { algorithm, bytes: der })).toBe(false);
    expect(verifies(ecBlob, { algorithm, bytes: Buffer.concat(numbers.map(mpint)), ecdsaForm: 'der' })).toBe(false);
  });

  it('is wrong with a number too few, too many, too long, or cut', () => {
    const [one, two] = numbers.map(mpint) as [Buffer, Buffer];
    const long = Buffer.concat([Buffer.from([1]), halves[1]]);
    for (const bytes of [
      one,
      Buffer.concat([one, two, two]),
      Buffer.concat([one, mpint(long)]),
      Buffer.concat([one, two.subarray(0, 9)]),
    ])
      expect(verifies(ecBlob, { algorithm, bytes })).toBe(false);
    expect(verifies(ecBlob, { algorithm, bytes: Buffer.alloc(0) })).toBe(false);
    expect(verifies(ecBlob, { algorithm: 'ecdsa-sha2-nistp384', bytes: Buffer.concat([one, two]) })).toBe(false);
  });
});

it('is wrong under a damaged key', () => {
  const signature = { algorithm: 'ssh-ed25519', bytes: sign(null, message, ed.privateKey) };
  expect(verifies(edBlob, signature)).toBe(true);
  expect(verifies(edBlob.subarray(0, -1), signature)).toBe(false);
  expect(verifies(blob('ssh-ed25519', part(ed.publicKey, 'x'), 'more'), signature)).toBe(false);
  expect(verifies(Buffer.alloc(0), signature)).toBe(false);
});

describe('a security key', () => {
  const type = 'sk-ssh-ed25519@openssh.com';
  const key = blob(type, part(ed.publicKey, 'x'), 'ssh:');
  const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
  const signedWith = (flags: number) => {
    const trailer = Buffer.from([flags, 0, 0, 0, 7]);
    return Buffer.concat([sign(null, Buffer.concat([hash('ssh:'), trailer, hash(message)]), ed.privateKey), trailer]);
  };

  it('is right when it was touched, whatever other flags say', () => {
    expect(verifies(key, { algorithm: type, bytes: signedWith(1) })).toBe(true);
    expect(verifies(key, { algorithm: type, bytes: signedWith(5) })).toBe(true);
    expect(verifies(key, { algorithm: type, bytes: signedWith(0) })).toBe(false);
    expect(verifies(key, { algorithm: type, bytes: signedWith(4) })).toBe(false);
  });

  it('is wrong when what stands behind the signature is cut or changed', () => {
    const bytes = signedWith(1);
    expect(verifies(key, { algorithm: type, bytes: bytes.subarray(0, -1) })).toBe(false);
    expect(verifies(key, { algorithm: type, bytes: Buffer.from([1, 0, 0, 0]) })).toBe(false);
    bytes[bytes.length - 1] = 8;
    expect(verifies(key, { algorithm: type, bytes })).toBe(false);
  });
});
