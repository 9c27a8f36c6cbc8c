import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { CURVES, readKeyBlob } from './key-blob';
import { SshWireReader } from './wire-reader';

export interface SshSignature {
  /** The algorithm that it names: for RSA `rsa-sha2-256` or `rsa-sha2-512`, for all else the type of the key. */
  algorithm: string;
  /** What follows the algorithm; for security keys with the flags and the counter behind it. */
  bytes: Buffer;
  /** ECDSA alone has two spellings: two mpints (RFC 5656, section 3.1.2) unless told, or ASN.1. */
  ecdsaForm?: 'mpints' | 'der';
}

const RSA_HASHES = new Map([
  ['rsa-sha2-256', 'sha256'],
  ['rsa-sha2-512', 'sha512'],
]);
const ECDSA_HASHES: Record<string, string> = { nistp256: 'sha256', nistp384: 'sha384', nistp521: 'sha512' };

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function sshFingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/**
 * Whether `signature` over `message` was made with the key of the wire form `key`. RSA with SHA-1 never was, nor anything
 * by an algorithm that is not the key's own, or by a key that {@link readKeyBlob} finds damaged.
 *
 * @see RFC 8332 (RSA); RFC 5656, section 3.1 (ECDSA); RFC 8709, section 6 (Ed25519); OpenSSH's PROTOCOL.u2f.
 */
export function verifySshSignature(key: Buffer, signature: SshSignature, message: Buffer): boolean {
  const read = readKeyBlob(key);
  if ('error' in read) return false;
  if (read.type === 'ssh-rsa') return verifyRsa(key, signature, message);
  if (signature.algorithm !== read.type) return false;
  if (read.type.startsWith('sk-')) return verifySecurityKey(key, signature, message);
  return verifyPlain(key, signature, message);
}

function verifyRsa(key: Buffer, { algorithm, bytes }: SshSignature, message: Buffer): boolean {
  const hash = RSA_HASHES.get(algorithm);
  const [, exponent, modulus] = stringsOf(key);
  if (!hash || !exponent || !modulus) return false;
  const jwk = { kty: 'RSA', e: exponent.toString('base64url'), n: magnitude(modulus).toString('base64url') };
  return verify(hash, message, createPublicKey({ key: jwk, format: 'jwk' }), bytes);
}

/** Ed25519 and ECDSA; of a security key its inner signature. */
function verifyPlain(key: Buffer, { bytes, ecdsaForm = 'mpints' }: SshSignature, message: Buffer): boolean {
  const [type = Buffer.alloc(0), first = Buffer.alloc(0), second = Buffer.alloc(0)] = stringsOf(key);
  if (type.includes('ed25519')) return verify(null, message, ed25519Key(first), bytes);
  const curve = CURVES[first.toString('latin1')];
  if (!curve) return false;
  const { fieldBytes: size, jwk: crv } = curve;
  const x = second.toString('base64url', 1, 1 + size);
  const publicKey = createPublicKey({
    key: { kty: 'EC', crv, x, y: second.toString('base64url', 1 + size) },
    format: 'jwk',
  });
  const hash = ECDSA_HASHES[first.toString('latin1')];
  if (ecdsaForm === 'der') return verify(hash, message, publicKey, bytes);
  const raw = fixedWidth(bytes, size);
  return raw !== null && verify(hash, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw);
}

function ed25519Key(point: Buffer): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }, format: 'jwk' });
}

/** The flag that a person touched the authenticator. */
const USER_PRESENT = 1;

/** A FIDO authenticator signs a hash of the application and one of the message, its flags and counter between them. */
function verifySecurityKey(key: Buffer, { algorithm, bytes }: SshSignature, message: Buffer): boolean {
  if (bytes.length < 5) return false;
  const flagsAndCounter = bytes.subarray(-5);
  if (((flagsAndCounter[0] ?? 0) & USER_PRESENT) === 0) return false;
  const application = stringsOf(key).at(-1) ?? Buffer.alloc(0);
  const sha256 = (part: Buffer) => createHash('sha256').update(part).digest();
  const signed = Buffer.concat([sha256(application), flagsAndCounter, sha256(message)]);
  return verifyPlain(key, { algorithm, bytes: bytes.subarray(0, -5) }, signed);
}

/** Two mpints as two numbers of `size` bytes; null when it is none. */
function fixedWidth(signature: Buffer, size: number): Buffer | null {
  const numbers = stringsOf(signature).map(magnitude);
  if (numbers.length !== 2 || !numbers.every((number) => number.length <= size)) return null;
  return Buffer.concat(numbers.flatMap((number) => [Buffer.alloc(size - number.length), number]));
}

function magnitude(mpint: Buffer): Buffer {
  return mpint[0] === 0 ? mpint.subarray(1) : mpint;
}

/** Every `string` of `bytes` (RFC 4251, section 5); none when it does not end with one. */
function stringsOf(bytes: Buffer): Buffer[] {
  const reader = new SshWireReader(bytes);
  const strings: Buffer[] = [];
  while (!reader.isAtEnd) {
    const next = reader.string();
    if (!next) return [];
    strings.push(next);
  }
  return strings;
}
