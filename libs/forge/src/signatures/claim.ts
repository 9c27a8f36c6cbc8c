import {
  parseOpenPgpSignature,
  parseSshSig,
  signatureFormatOf,
  sshFingerprint,
  type OpenPgpSignature,
  type SignedObject,
  type SshSig,
} from '@granary/wire';
import type { Finding } from './verification.policy';

/** What a signature says of itself. Nothing of it is proven yet. */
export type Claim =
  | { kind: 'ssh'; fingerprint: string; sig: SshSig; payload: Buffer }
  | { kind: 'gpg'; keyId: string; sig: OpenPgpSignature; payload: Buffer }
  | Extract<Finding, { kind: 'unsigned' | 'unreadable' }>;

const MAX_SIGNATURE_BYTES = 16 * 1024;

/** @param signed null for what has no signature. */
export async function readClaim(signed: SignedObject | null): Promise<Claim> {
  if (!signed) return { kind: 'unsigned' };
  const { payload, signature } = signed;
  const format = signatureFormatOf(signature);
  if (format !== 'ssh' && format !== 'openpgp') return { kind: 'unreadable', reason: 'unknown_signature_type' };
  if (signature.length > MAX_SIGNATURE_BYTES) return { kind: 'unreadable', reason: 'malformed_signature' };
  if (format === 'ssh') {
    const sig = parseSshSig(signature);
    if (sig.kind === 'malformed') return { kind: 'unreadable', reason: 'malformed_signature' };
    return { kind: 'ssh', fingerprint: sshFingerprint(sig.publicKey), sig, payload };
  }
  const sig = await parseOpenPgpSignature(signature);
  if (sig.kind === 'malformed') return { kind: 'unreadable', reason: 'malformed_signature' };
  return { kind: 'gpg', keyId: sig.keyId, sig, payload };
}
