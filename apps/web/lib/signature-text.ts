import type { SignatureVerdict } from '@granary/api-contract';

/** What was signed: its word, and the word for whom it names. */
export interface SignedThing {
  noun: 'commit' | 'tag';
  /** Whose e-mail address has to be the signer's. */
  person: 'committer' | 'tagger';
}

export const COMMIT: SignedThing = { noun: 'commit', person: 'committer' };
export const TAG: SignedThing = { noun: 'tag', person: 'tagger' };

/** One sentence that says what a badge stands for. */
export function explainSignature({ reason, signer, key }: SignatureVerdict, { noun, person }: SignedThing): string {
  const who = signer?.login ?? 'somebody';
  const kind = key?.kind === 'ssh' ? 'SSH' : 'GPG';
  switch (reason) {
    case 'valid':
      return `${who} signed this ${noun} with a key that is registered here, under the address of that account.`;
    case 'bad_email':
      return `${who} signed this ${noun}, but the ${person}’s e-mail address is not the address of that account.`;
    case 'unknown_key':
      return `This ${noun} is signed with a key that no active user of this hub has registered.`;
    case 'invalid':
      return `The signature is not one of this ${noun}: something was changed after signing, or it was made for another purpose.`;
    case 'expired_key':
      return `${who} signed this ${noun} with a ${kind} key that has expired.`;
    case 'revoked_key':
      return `${who} signed this ${noun} with a ${kind} key that has been revoked.`;
    case 'not_signing_key':
      return `${who} signed this ${noun} with a ${kind} key that is too weak, or not meant for signing.`;
    case 'malformed_signature':
      return `The signature of this ${noun} is damaged and cannot be read.`;
    case 'unknown_signature_type':
      return `This ${noun} is signed in a way that this hub does not check; it checks SSH and GPG signatures.`;
    case 'gpgverify_error':
      return `This ${noun} is too large for its signature to be checked.`;
    case 'unsigned':
      return `This ${noun} is not signed.`;
  }
}
