import { splitHeaders } from './object-headers';
import type { ObjectFormat } from './oid';

/** A commit or tag taken apart: what was signed, to the byte, and the armoured signature over it. */
export interface SignedObject {
  payload: Buffer;
  /** Bytes as Latin-1 characters: armour is ASCII, and anything else in it shows as what it is. */
  signature: string;
}

export type SignatureFormat = 'openpgp' | 'ssh' | 'x509';

/** A commit signs itself for the hash of its repository; the signature for the other hash is no part of the payload. */
const COMMIT_HEADER: Record<ObjectFormat, string> = { sha1: 'gpgsig', sha256: 'gpgsig-sha256' };

const MARKS: [string, SignatureFormat][] = [
  ['-----BEGIN PGP SIGNATURE-----', 'openpgp'],
  ['-----BEGIN PGP MESSAGE-----', 'openpgp'],
  ['-----BEGIN SSH SIGNATURE-----', 'ssh'],
  ['-----BEGIN SIGNED MESSAGE-----', 'x509'],
];

/** By the first line of its armour; null for what git knows no program for. */
export function signatureFormatOf(signature: string): SignatureFormat | null {
  return MARKS.find(([mark]) => signature.startsWith(mark))?.[1] ?? null;
}

/**
 * The signature of a commit, and the commit without any of its signatures, as git composes it to check it.
 *
 * @param object the content, without the `commit <size>` prefix.
 * @returns null when it is not signed for `format`. Repeated headers are joined, as git does: such a signature is none.
 * @see gitformat-signature(5), "Commit signatures"; hash-function-transition(7), "Signed Commits".
 */
export function splitSignedCommit(object: Uint8Array, format: ObjectFormat): SignedObject | null {
  const bytes = bufferOf(object);
  const signatures = splitHeaders(bytes).headers.filter(({ name }) => name === COMMIT_HEADER[format]);
  if (signatures.length === 0) return null;
  return { payload: withoutSignatures(bytes), signature: signatures.map(({ value }) => `${value}\n`).join('') };
}

/**
 * The signature at the end of a tag, and the tag before it. Of several lines that could start a signature the last
 * does, as for git.
 *
 * @param object the content, without the `tag <size>` prefix.
 * @returns null when it is not signed.
 * @see gitformat-signature(5), "Tag signatures".
 */
export function splitSignedTag(object: Uint8Array): SignedObject | null {
  const bytes = bufferOf(object);
  const starts = MARKS.map(([mark]) => bytes.lastIndexOf(`\n${mark}`)).filter((at) => at >= 0);
  if (starts.length === 0) return null;
  const at = Math.max(...starts) + 1;
  return { payload: withoutSignatures(bytes.subarray(0, at)), signature: bytes.toString('latin1', at) };
}

/** Leaves out every header whose name starts with `gpgsig`, with its continuation lines. */
function withoutSignatures(bytes: Buffer): Buffer {
  const kept: Buffer[] = [];
  let isLeftOut = false;
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] === 0x0a) {
      kept.push(bytes.subarray(at));
      break;
    }
    const end = bytes.indexOf('\n', at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
    isLeftOut = isSignatureHeader(line) || (isLeftOut && line[0] === 0x20);
    if (!isLeftOut) kept.push(line);
    at += line.length;
  }
  return Buffer.concat(kept);
}

function isSignatureHeader(line: Buffer): boolean {
  return line.toString('latin1', 0, 'gpgsig'.length) === 'gpgsig';
}

function bufferOf(object: Uint8Array): Buffer {
  return Buffer.from(object.buffer, object.byteOffset, object.byteLength);
}
