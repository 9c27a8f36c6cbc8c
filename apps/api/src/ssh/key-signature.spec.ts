import { generateKeyPairSync, sign } from 'node:crypto';
import { isProven, type KeyProof } from './key-signature';
import { SECURITY_KEY_TYPES, SecurityKey, wire } from './testing/security-key';

const message = Buffer.from('the session and the request');

function proofBy(key: SecurityKey, options?: { touched?: boolean; application?: string }): KeyProof {
  const { signature, trailer } = key.sign(message, options);
  const bytes = Buffer.concat([signature, trailer]);
  return { type: key.type, key: key.blob, hashAlgorithm: undefined, message, signature: bytes };
}

describe.each(SECURITY_KEY_TYPES)('a key of %s', (type) => {
  it('proves itself, whatever the length of its numbers', () => {
    const key = new SecurityKey(type);
    for (let i = 0; i < 1000; i++) expect(isProven(proofBy(key))).toBe(true);
  });

  it('proves nothing untouched, or for another application', () => {
    const key = new SecurityKey(type);
    expect(isProven(proofBy(key, { touched: false }))).toBe(false);
    expect(isProven(proofBy(key, { application: 'https://evil.example' }))).toBe(false);
  });

  it('proves nothing when any part was altered', () => {
    const proof = proofBy(new SecurityKey(type));
    for (let at = 0; at < proof.signature.length; at++) {
      const altered = Buffer.from(proof.signature);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(isProven({ ...proof, signature: altered })).toBe(false);
      expect(isProven({ ...proof, signature: proof.signature.subarray(0, at) })).toBe(false);
    }
    expect(isProven({ ...proof, message: Buffer.from('another') })).toBe(false);
    expect(isProven({ ...proof, key: new SecurityKey(type).blob })).toBe(false);
  });
});

it('is not proven under another type than the key has', () => {
  const proof = proofBy(new SecurityKey('sk-ssh-ed25519@openssh.com'));
  expect(isProven({ ...proof, type: 'ssh-ed25519' })).toBe(false);
  expect(isProven({ ...proof, type: 'ssh-rsa', hashAlgorithm: 'sha256' })).toBe(false);
});

it('is not proven by RSA with SHA-1', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 3072 });
  const { e = '', n = '' } = publicKey.export({ format: 'jwk' });
  const modulus = Buffer.concat([Buffer.alloc(1), Buffer.from(n, 'base64url')]);
  const key = wire('ssh-rsa', Buffer.from(e, 'base64url'), modulus);
  const proof = (hash: string) => ({ type: 'ssh-rsa', key, message, signature: sign(hash, message, privateKey) });
  expect(isProven({ ...proof('sha512'), hashAlgorithm: 'sha512' })).toBe(true);
  expect(isProven({ ...proof('sha256'), hashAlgorithm: 'sha256' })).toBe(true);
  expect(isProven({ ...proof('sha256'), hashAlgorithm: 'sha512' })).toBe(false);
  expect(isProven({ ...proof('sha1'), hashAlgorithm: undefined })).toBe(false);
});
