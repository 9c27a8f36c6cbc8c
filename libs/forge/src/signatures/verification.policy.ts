import type { OpenPgpVerdict } from '@granary/wire';

/**
 * Why something counts as verified or not, in GitHub's words ("Get a commit", `verification.reason`). `revoked_key` alone
 * is ours: GitHub has no word for it.
 */
export type VerificationReason =
  | 'valid'
  | 'unsigned'
  | 'gpgverify_error'
  | 'unknown_signature_type'
  | 'malformed_signature'
  | 'unknown_key'
  | 'invalid'
  | 'expired_key'
  | 'revoked_key'
  | 'not_signing_key'
  | 'bad_email';

/** What was found out about a signature. */
export type Finding =
  | { kind: 'unsigned' }
  /** It was not checked. `gpgverify_error`: the object is too large to be looked at, or the registered key is damaged. */
  | { kind: 'unreadable'; reason: 'gpgverify_error' | 'unknown_signature_type' | 'malformed_signature' }
  /** It is by a key that no active user has registered. */
  | { kind: 'by_nobody' }
  /** It was checked against a key that an active user has registered. */
  | { kind: 'checked'; verdict: OpenPgpVerdict; ownerEmail: string | null };

/**
 * Whether the hub vouches for a commit or tag: the signature is right, the key may sign and is registered with an active
 * user, and `email`, the committer's or tagger's, is that user's account e-mail.
 */
export function judge(finding: Finding, email: string | null): { verified: boolean; reason: VerificationReason } {
  const reason = reasonFor(finding, email);
  return { verified: reason === 'valid', reason };
}

function reasonFor(finding: Finding, email: string | null): VerificationReason {
  if (finding.kind === 'unsigned') return 'unsigned';
  if (finding.kind === 'unreadable') return finding.reason;
  if (finding.kind === 'by_nobody') return 'unknown_key';
  if (finding.verdict !== 'good') return finding.verdict;
  return isSameAddress(finding.ownerEmail, email) ? 'valid' : 'bad_email';
}

function isSameAddress(one: string | null, other: string | null): boolean {
  return one !== null && one !== '' && other !== null && one.toLowerCase() === other.toLowerCase();
}
