import type { SignatureVerdict, Verification as VerificationView } from '@granary/api-contract';
import type { Verification } from '@granary/forge';
import { presentSimpleUser } from './user.presenter';

export function presentVerification({ verified, reason, signature, payload }: Verification): VerificationView {
  return { verified, reason, signature, payload, verified_at: null };
}

/** Null for what has no signature: there is nothing to say of it. */
export function presentVerdict(verification: Verification | undefined, baseUrl: string): SignatureVerdict | null {
  if (!verification || verification.reason === 'unsigned') return null;
  const { verified, reason, signer, key } = verification;
  return { verified, reason, signer: signer && presentSimpleUser(signer, baseUrl), key };
}
