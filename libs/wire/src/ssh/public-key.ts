import { PUBLIC_KEY_TYPES, readKeyBlob } from './key-blob';
import { sshFingerprint } from './key-signature';
import { holdsKey, nameForeignType, readPastedKey } from './pasted-key';

/** The longest line that is read. */
export const PUBLIC_KEY_LIMIT_BYTES = 16 * 1024;
const DEFAULT_MIN_RSA_BITS = 3072;

export interface PublicKey {
  /** As the first word of the line has it: `ssh-ed25519`, `ssh-rsa`, … */
  type: string;
  /** Base64 of the wire form, with padding: one text for one key. */
  blob: string;
  /** The rest of the line; often empty. */
  comment: string;
  bits: number;
  /** `SHA256:` and the unpadded base64 of the blob's hash, as `ssh-keygen -l` prints it. */
  fingerprint: string;
}

export type ParsedPublicKey = { kind: 'key'; key: PublicKey } | { kind: 'error'; error: string };

export interface PublicKeyOptions {
  /** 3072 unless told. */
  minRsaBits?: number;
}

const refuse = (error: string): ParsedPublicKey => ({ kind: 'error', error });

/**
 * Reads the one key that somebody pasted ({@link readPastedKey}), without options, and checks it to the last byte.
 *
 * @returns the key, or a text for the person who pasted it.
 */
export function parsePublicKey(text: string, options: PublicKeyOptions = {}): ParsedPublicKey {
  if (Buffer.byteLength(text) > PUBLIC_KEY_LIMIT_BYTES) return refuse('A public key has at most 16 KiB.');
  const pasted = readPastedKey(text);
  if (pasted.kind === 'error') return pasted;
  const { type, encoded, comment } = pasted.words;
  if (!PUBLIC_KEY_TYPES.includes(type)) return refuse(nameForeignType(pasted.words));
  if (holdsKey(comment)) {
    return refuse('This holds several keys: add one at a time, each with a title of its own.');
  }
  const blob = Buffer.from(encoded, 'base64');
  // Buffer skips what is not base64; a key must have one spelling only. Padding says nothing, and gets lost.
  if (encoded === '' || unpadded(blob.toString('base64')) !== unpadded(encoded))
    return refuse('The key data is not whole base64: copy the line again.');
  return readKey({ type, blob, comment }, options.minRsaBits ?? DEFAULT_MIN_RSA_BITS);
}

const unpadded = (base64: string) => base64.replace(/={1,2}$/, '');

function readKey(facts: { type: string; blob: Buffer; comment: string }, minRsaBits: number): ParsedPublicKey {
  const { type, blob, comment } = facts;
  const read = readKeyBlob(blob);
  if ('error' in read) return refuse(`The key is damaged: ${read.error}.`);
  if (read.type !== type) return refuse(`The line says ${type}, but its key data is ${read.type}.`);
  if (type === 'ssh-rsa' && read.bits < minRsaBits) {
    return refuse(
      `The RSA key has ${read.bits} bits; at least ${minRsaBits} are needed. Better: ssh-keygen -t ed25519`,
    );
  }
  return {
    kind: 'key',
    key: {
      type,
      blob: blob.toString('base64'),
      comment: comment.trim(),
      bits: read.bits,
      fingerprint: sshFingerprint(blob),
    },
  };
}
