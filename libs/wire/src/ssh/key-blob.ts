import { createPublicKey } from 'node:crypto';
import { SshWireReader } from './wire-reader';

const RSA_MAX_BITS = 16384;

/** Bytes of one coordinate, and the curve's name in a JSON Web Key. */
export const CURVES: Record<string, { fieldBytes: number; bits: number; jwk: string }> = {
  nistp256: { fieldBytes: 32, bits: 256, jwk: 'P-256' },
  nistp384: { fieldBytes: 48, bits: 384, jwk: 'P-384' },
  nistp521: { fieldBytes: 66, bits: 521, jwk: 'P-521' },
};

type BodyReader = (reader: SshWireReader) => number | string;

/** For each key type a reader of what follows the type's name: it returns the key's bits, or what is wrong. */
const BODIES = new Map<string, BodyReader>([
  ['ssh-ed25519', readEd25519],
  ['ssh-rsa', readRsa],
  ['ecdsa-sha2-nistp256', (reader) => readEcdsa(reader, 'nistp256')],
  ['ecdsa-sha2-nistp384', (reader) => readEcdsa(reader, 'nistp384')],
  ['ecdsa-sha2-nistp521', (reader) => readEcdsa(reader, 'nistp521')],
  ['sk-ssh-ed25519@openssh.com', (reader) => readSecurityKey(reader, readEd25519)],
  ['sk-ecdsa-sha2-nistp256@openssh.com', (reader) => readSecurityKey(reader, (inner) => readEcdsa(inner, 'nistp256'))],
]);

export const PUBLIC_KEY_TYPES: readonly string[] = [...BODIES.keys()];

/**
 * Checks a public key in its wire form, to the last byte.
 *
 * @returns the type it names and its size in bits, or what is wrong with it.
 * @see RFC 4253, section 6.6 (RSA); RFC 5656, section 3.1 (ECDSA); RFC 8709, section 4 (Ed25519);
 *   OpenSSH's PROTOCOL.u2f (security keys).
 */
export function readKeyBlob(blob: Buffer): { type: string; bits: number } | { error: string } {
  const reader = new SshWireReader(blob);
  const type = reader.string()?.toString('latin1') ?? '';
  const readBody = BODIES.get(type);
  if (!readBody) return { error: 'the key data names no supported key type' };
  const bits = readBody(reader);
  if (typeof bits === 'string') return { error: bits };
  return reader.isAtEnd ? { type, bits } : { error: 'there are bytes behind the end of the key' };
}

function readEd25519(reader: SshWireReader): number | string {
  return reader.string()?.length === 32 ? 256 : 'an Ed25519 key must have 32 bytes';
}

function readRsa(reader: SshWireReader): number | string {
  const exponent = reader.positiveMpint();
  const modulus = reader.positiveMpint();
  if (!exponent || !modulus) return 'the RSA key is cut or has a malformed number';
  if (!isOdd(exponent) || (exponent.length === 1 && exponent[0] === 1))
    return 'the RSA exponent must be odd and above 1';
  if (!isOdd(modulus)) return 'the RSA modulus must be odd';
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  return bits <= RSA_MAX_BITS ? bits : `an RSA key has at most ${RSA_MAX_BITS} bits`;
}

function isOdd(number: Buffer): boolean {
  return ((number.at(-1) ?? 0) & 1) === 1;
}

function readEcdsa(reader: SshWireReader, curveName: keyof typeof CURVES): number | string {
  const curve = CURVES[curveName];
  if (!curve || reader.string()?.toString('latin1') !== curveName) return 'the key names another curve than its type';
  const point = reader.string();
  const size = curve.fieldBytes;
  // SEC 1, section 2.3.3: OpenSSH takes the uncompressed form alone.
  if (point?.length !== 1 + 2 * size || point[0] !== 4) return 'the point is not in the uncompressed form of its curve';
  const key = {
    kty: 'EC',
    crv: curve.jwk,
    x: point.toString('base64url', 1, 1 + size),
    y: point.toString('base64url', 1 + size),
  };
  try {
    createPublicKey({ key, format: 'jwk' });
  } catch {
    return 'the point is not on its curve';
  }
  return curve.bits;
}

function readSecurityKey(reader: SshWireReader, readBody: BodyReader): number | string {
  const bits = readBody(reader);
  if (typeof bits === 'string') return bits;
  return reader.string()?.length ? bits : 'the security key names no application';
}
