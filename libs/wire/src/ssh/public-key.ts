import { PUBLIC_KEY_TYPES, readKeyBlob } from './key-blob';
import { sshFingerprint } from './key-signature';

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

const PRIVATE_KEY = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY|^PuTTY-User-Key-File-|^SSH PRIVATE KEY FILE FORMAT/m;

/**
 * Reads one key in the format of authorized_keys, without options, and checks it to the last byte.
 *
 * @returns the key, or a text for the person who pasted it.
 * @see sshd(8), "AUTHORIZED_KEYS FILE FORMAT".
 */
export function parsePublicKey(text: string, options: PublicKeyOptions = {}): ParsedPublicKey {
  if (Buffer.byteLength(text) > PUBLIC_KEY_LIMIT_BYTES) return refuse('A public key has at most 16 KiB.');
  const line = text.trim();
  const foreign = nameForeignFormat(line);
  if (foreign) return refuse(foreign);

  const [, type = '', encoded = '', comment = ''] = /^(\S+)(?:[ \t]+(\S+)(?:[ \t]+(.*))?)?$/.exec(line) ?? [];
  if (!PUBLIC_KEY_TYPES.includes(type)) return refuse(nameForeignType(line, type));
  const blob = Buffer.from(encoded, 'base64');
  // Buffer skips what is not base64; a key must have one spelling only.
  if (encoded === '' || blob.toString('base64') !== encoded)
    return refuse('The key data is not whole base64: copy the line again.');
  return readKey({ type, blob, comment }, options.minRsaBits ?? DEFAULT_MIN_RSA_BITS);
}

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

/** What a person is told who pasted something else than a line of authorized_keys. */
function nameForeignFormat(text: string): string | null {
  if (PRIVATE_KEY.test(text)) {
    return 'This is a PRIVATE key: never show it to anyone. Make a new key, and paste the file that ends in .pub.';
  }
  if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY')) {
    return 'This is the RFC 4716 format. Convert it: ssh-keygen -i -f <file>';
  }
  if (text.startsWith('-----BEGIN ')) return 'This is a PEM file. Convert it: ssh-keygen -i -m PKCS8 -f <file>';
  if (text === '') return 'The key is empty.';
  if (/[\r\n]/.test(text)) return 'A public key is one line; paste one key at a time.';
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) ? 'A public key holds no control characters.' : null;
}

function nameForeignType(line: string, type: string): string {
  if (type === 'ssh-dss') return 'DSA keys are refused: 1024 bits can be broken. Make another: ssh-keygen -t ed25519';
  if (type.endsWith('-cert-v01@openssh.com')) return 'This is a certificate; paste the public key it was made for.';
  const words = line.split(/[\s"]+/);
  if (words.slice(1).some((word) => PUBLIC_KEY_TYPES.includes(word))) {
    return 'Options before the key are not supported: start with the key type.';
  }
  return `Not a public key: it must start with one of ${PUBLIC_KEY_TYPES.join(', ')}.`;
}
