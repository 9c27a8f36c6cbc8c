import type { KeyObject } from 'node:crypto';
import { SshWireReader } from './wire-reader';

/** The numbers of a private key, big-endian; zeros in front of a number say nothing. */
export type PrivateKeyNumbers =
  | {
      type: 'ssh-ed25519';
      /** The point, 32 bytes. */
      publicKey: Buffer;
      /** What the private scalar is derived from, 32 bytes. */
      seed: Buffer;
    }
  | {
      type: 'ssh-rsa';
      modulus: Buffer;
      publicExponent: Buffer;
      privateExponent: Buffer;
      /** The inverse of the second prime modulo the first. */
      coefficient: Buffer;
      primes: [Buffer, Buffer];
    };

export interface PrivateKeyOptions {
  comment: string;
  /** 32 random bits, by which readers of an encrypted key see that they decrypted it. */
  check: number;
}

/** The unencrypted form and the line of its public half. */
export interface FormattedKeyPair {
  private: string;
  public: string;
}

const MAGIC = 'openssh-key-v1\0';
const [BEGIN, END] = ['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----'];
const LINE_CHARACTERS = 70;
/** Of the cipher `none`: the private section is padded to a multiple of it. */
const BLOCK_BYTES = 8;
const ED25519_BYTES = 32;

/** @throws TypeError for a key of another kind than {@link PrivateKeyNumbers} knows. */
export function privateKeyNumbers(key: KeyObject): PrivateKeyNumbers {
  const jwk = key.export({ format: 'jwk' });
  const number = (field: 'n' | 'e' | 'd' | 'p' | 'q' | 'qi' | 'x') => Buffer.from(jwk[field] ?? '', 'base64url');
  if (jwk.kty === 'OKP' && jwk.crv === 'Ed25519')
    return { type: 'ssh-ed25519', publicKey: number('x'), seed: number('d') };
  if (jwk.kty !== 'RSA') throw new TypeError(`No format for a private key of the type ${jwk.kty}`);
  return {
    type: 'ssh-rsa',
    modulus: number('n'),
    publicExponent: number('e'),
    privateExponent: number('d'),
    coefficient: number('qi'),
    primes: [number('p'), number('q')],
  };
}

/**
 * A private key as ssh-keygen(1) writes it without a passphrase.
 *
 * @see OpenSSH's PROTOCOL.key; RFC 4251, section 5 (mpint); RFC 8709, section 4 (Ed25519).
 */
export function formatPrivateKey(key: PrivateKeyNumbers, { comment, check }: PrivateKeyOptions): FormattedKeyPair {
  const type = string(key.type);
  const blob = Buffer.concat([type, ...publicFields(key)]);
  const checks = Buffer.alloc(8);
  checks.writeUInt32BE(check, 0);
  checks.writeUInt32BE(check, 4);
  const secret = padded(Buffer.concat([checks, type, ...privateFields(key), string(comment)]));
  const count = Buffer.from([0, 0, 0, 1]);
  const whole = [Buffer.from(MAGIC), string('none'), string('none'), string(''), count, string(blob), string(secret)];
  const lines = Buffer.concat(whole)
    .toString('base64')
    .match(new RegExp(`.{1,${LINE_CHARACTERS}}`, 'g'));
  return {
    private: [BEGIN, ...(lines ?? []), END, ''].join('\n'),
    public: `${key.type} ${blob.toString('base64')} ${comment}`,
  };
}

function publicFields(key: PrivateKeyNumbers): Buffer[] {
  if (key.type === 'ssh-rsa') return [mpint(key.publicExponent), mpint(key.modulus)];
  return [string(fixed(key.publicKey))];
}

function privateFields(key: PrivateKeyNumbers): Buffer[] {
  if (key.type === 'ssh-ed25519')
    return [...publicFields(key), string(Buffer.concat([fixed(key.seed), fixed(key.publicKey)]))];
  const { modulus, publicExponent, privateExponent, coefficient, primes } = key;
  return [modulus, publicExponent, privateExponent, coefficient, ...primes].map(mpint);
}

function string(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** In its shortest form; a zero in front where the highest bit would make it negative. */
function mpint(magnitude: Buffer): Buffer {
  const start = magnitude.findIndex((byte) => byte !== 0);
  const shortest = start < 0 ? Buffer.alloc(0) : magnitude.subarray(start);
  return string((shortest[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), shortest]) : shortest);
}

/** Ed25519's values are strings of bytes, not numbers: one that begins with a zero keeps it. */
function fixed(value: Buffer): Buffer {
  if (value.length !== ED25519_BYTES) throw new TypeError(`An Ed25519 value has ${value.length} bytes`);
  return value;
}

function padded(section: Buffer): Buffer {
  const missing = (BLOCK_BYTES - (section.length % BLOCK_BYTES)) % BLOCK_BYTES;
  return Buffer.concat([section, Buffer.from(Array.from({ length: missing }, (_, i) => i + 1))]);
}

/**
 * Whether this file was never a key: whole in its frame, of Ed25519, and its public half shorter than Ed25519 has it.
 * Generators that take the zeros off its beginning make such files, which no program reads; damage does not.
 */
export function hasShortEd25519Point(text: string): boolean {
  const [, body] =
    /^-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]+)\n-----END OPENSSH PRIVATE KEY-----\s*$/.exec(text) ?? [];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) return false;
  const reader = new SshWireReader(bytes.subarray(MAGIC.length));
  const [cipher, kdf, options] = [reader.string(), reader.string(), reader.string()];
  if (!cipher || !kdf || !options || !reader.skip(4)) return false;
  const [blob, secret] = [reader.string(), reader.string()];
  if (!blob || !secret || !reader.isAtEnd) return false;
  const fields = new SshWireReader(blob);
  const isEd25519 = fields.string()?.toString('latin1') === 'ssh-ed25519';
  const point = fields.string();
  return isEd25519 && fields.isAtEnd && point !== null && point.length < ED25519_BYTES;
}
