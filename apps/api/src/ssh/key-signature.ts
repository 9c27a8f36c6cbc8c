import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { utils } from 'ssh2';

/** What a client sends to prove that it holds a key (RFC 4252, section 7). */
export interface KeyProof {
  /** Of the key; for RSA always `ssh-rsa`. */
  type: string;
  /** The public key in its wire form. */
  key: Buffer;
  /** For RSA what the signature was made with. */
  hashAlgorithm: string | undefined;
  /** Without its outer type and length. */
  signature: Buffer;
  /** What was signed. */
  message: Buffer;
}

/** `SHA256:…`, as `ssh-keygen -l` prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** RSA with SHA-1 is refused, as is a type that is not the key's own. */
export function isProven(proof: KeyProof): boolean {
  if (readString(proof.key, 0)?.text !== proof.type) return false;
  if (proof.type.startsWith('sk-')) return isProvenBySecurityKey(proof);
  if (proof.type === 'ssh-rsa' && proof.hashAlgorithm === undefined) return false;
  const key = utils.parseKey(proof.key);
  // The declared type says boolean; what cannot be verified is answered with an Error.
  return !(key instanceof Error) && key.verify(proof.message, proof.signature, proof.hashAlgorithm) === true;
}

/** The flag that a person touched the authenticator. */
const USER_PRESENT = 1;

/**
 * FIDO keys, which ssh2 does not know: the authenticator signs a hash of the application and of the message, and its
 * flags and counter between them.
 * @see OpenSSH's PROTOCOL.u2f, "SSH U2F Signatures"
 */
function isProvenBySecurityKey({ type, key, signature, message }: KeyProof): boolean {
  const security = readSecurityKey(type, key);
  if (!security || signature.length < 5) return false;
  const inner = signature.subarray(0, -5);
  const flagsAndCounter = signature.subarray(-5);
  if (((flagsAndCounter[0] ?? 0) & USER_PRESENT) === 0) return false;
  const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();
  const signed = Buffer.concat([sha256(security.application), flagsAndCounter, sha256(message)]);
  if (type === 'sk-ssh-ed25519@openssh.com') return verify(null, signed, security.key, inner);
  const rawSignature = fixedWidthEcdsa(inner);
  return (
    rawSignature !== null && verify('sha256', signed, { key: security.key, dsaEncoding: 'ieee-p1363' }, rawSignature)
  );
}

function readSecurityKey(type: string, blob: Buffer): { key: KeyObject; application: string } | null {
  const strings = readStrings(blob);
  if (type === 'sk-ssh-ed25519@openssh.com' && strings?.length === 3) {
    const [, point, application] = strings as [Buffer, Buffer, Buffer];
    const key = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') };
    return { key: createPublicKey({ key, format: 'jwk' }), application: application.toString() };
  }
  if (type === 'sk-ecdsa-sha2-nistp256@openssh.com' && strings?.length === 4) {
    const [, , point, application] = strings as [Buffer, Buffer, Buffer, Buffer];
    const key = { kty: 'EC', crv: 'P-256', x: point.toString('base64url', 1, 33), y: point.toString('base64url', 33) };
    return { key: createPublicKey({ key, format: 'jwk' }), application: application.toString() };
  }
  return null;
}

/** Two mpints (RFC 5656, section 3.1.2) as two numbers of 32 bytes; null when it is none. */
function fixedWidthEcdsa(signature: Buffer): Buffer | null {
  const numbers = readStrings(signature);
  if (numbers?.length !== 2) return null;
  const fixed = numbers.map((mpint) => {
    const magnitude = mpint[0] === 0 ? mpint.subarray(1) : mpint;
    return Buffer.concat([Buffer.alloc(Math.max(0, 32 - magnitude.length)), magnitude]);
  });
  return fixed.every((number) => number.length === 32) ? Buffer.concat(fixed) : null;
}

/** Every `string` of `bytes` (RFC 4251, section 5); null when it does not end with one. */
function readStrings(bytes: Buffer): Buffer[] | null {
  const strings: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = readString(bytes, at);
    if (!next) return null;
    strings.push(next.bytes);
    at = next.end;
  }
  return strings;
}

function readString(bytes: Buffer, at: number): { bytes: Buffer; text: string; end: number } | null {
  if (at + 4 > bytes.length) return null;
  const end = at + 4 + bytes.readUInt32BE(at);
  if (end > bytes.length) return null;
  const string = bytes.subarray(at + 4, end);
  return { bytes: string, text: string.toString('latin1'), end };
}
