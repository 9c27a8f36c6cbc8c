import { createHash } from 'node:crypto';
import { verifySshSignature, type SshSignature } from './key-signature';
import { SshWireReader } from './wire-reader';

/** A detached signature as `ssh-keygen -Y sign` writes it. */
export interface SshSig {
  kind: 'sshsig';
  /** The signer's key in its wire form. Anyone can put any key here: only a right signature proves it. */
  publicKey: Buffer;
  /** What the signature is for: `git` for commits and tags. */
  namespace: Buffer;
  reserved: Buffer;
  hashAlgorithm: 'sha256' | 'sha512';
  signature: SshSignature;
}

export type ParsedSshSig = SshSig | { kind: 'malformed'; reason: string };

const MAGIC = 'SSHSIG';
const VERSION = 1;
const ARMOR = /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END SSH SIGNATURE-----\s*$/;

const malformed = (reason: string): ParsedSshSig => ({ kind: 'malformed', reason });

/**
 * Reads an armoured SSH signature.
 *
 * @see OpenSSH's PROTOCOL.sshsig.
 */
export function parseSshSig(armored: string): ParsedSshSig {
  const [, body] = ARMOR.exec(armored) ?? [];
  if (body === undefined) return malformed('it has no armour of an SSH signature');
  const encoded = body.replace(/[\r\n]/g, '');
  const blob = Buffer.from(encoded, 'base64');
  if (blob.toString('base64') !== encoded) return malformed('its armour is not whole base64');
  if (blob.toString('latin1', 0, MAGIC.length) !== MAGIC) return malformed('it does not start with its magic bytes');
  const fields = blob.subarray(MAGIC.length);
  if (fields.length < 4 || fields.readUInt32BE(0) !== VERSION) return malformed('its version is not 1');
  return readFields(new SshWireReader(fields.subarray(4)));
}

function readFields(reader: SshWireReader): ParsedSshSig {
  const [publicKey, namespace, reserved] = [reader.string(), reader.string(), reader.string()];
  const [hash, signature] = [reader.string()?.toString('latin1'), reader.string()];
  if (!publicKey || !namespace || !reserved || hash === undefined || !signature) return malformed('it is cut');
  if (!reader.isAtEnd) return malformed('there are bytes behind its end');
  if (namespace.length === 0) return malformed('its namespace is empty');
  if (hash !== 'sha256' && hash !== 'sha512') return malformed('its hash is neither sha256 nor sha512');
  const read = readSignature(signature);
  if (!read) return malformed('its inner signature is cut');
  return { kind: 'sshsig', publicKey, namespace, reserved, hashAlgorithm: hash, signature: read };
}

/** `string algorithm, string signature`, and for security keys the flags and the counter behind them. */
function readSignature(blob: Buffer): SshSignature | null {
  const reader = new SshWireReader(blob);
  const algorithm = reader.string()?.toString('latin1');
  const bytes = reader.string();
  if (algorithm === undefined || !bytes) return null;
  const trailer = blob.subarray(8 + algorithm.length + bytes.length);
  if (trailer.length !== (algorithm.startsWith('sk-') ? 5 : 0)) return null;
  return { algorithm, bytes: Buffer.concat([bytes, trailer]) };
}

/** Whether the key that `sig` names signed `message` for `namespace`. */
export function verifySshSig(sig: SshSig, message: Uint8Array, namespace: string): boolean {
  if (!sig.namespace.equals(Buffer.from(namespace))) return false;
  const digest = createHash(sig.hashAlgorithm).update(message).digest();
  const parts = [sig.namespace, sig.reserved, Buffer.from(sig.hashAlgorithm), digest];
  const signed = [Buffer.from(MAGIC), ...parts.flatMap((part) => [lengthOf(part), part])];
  return verifySshSignature(sig.publicKey, sig.signature, Buffer.concat(signed));
}

function lengthOf(part: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}
