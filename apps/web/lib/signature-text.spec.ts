import { VerificationReason, type SignatureVerdict } from '@granary/api-contract';
import { COMMIT, explainSignature, TAG } from './signature-text';

const alice = { login: 'alice' } as NonNullable<SignatureVerdict['signer']>;
const verdict = (reason: VerificationReason, signer = alice): SignatureVerdict => ({
  verified: reason === 'valid',
  reason,
  signer,
  key: { kind: 'gpg', id: 'AB'.repeat(8) },
});

it('says something of its own for every reason', () => {
  const texts = VerificationReason.options.map((reason) => explainSignature(verdict(reason), COMMIT));
  expect(new Set(texts).size).toBe(VerificationReason.options.length);
  for (const text of texts) expect(text).toMatch(/^[A-Za-z].*commit.*\.$/);
});

it('names who signed, and what', () => {
  expect(explainSignature(verdict('bad_email'), TAG)).toBe(
    'alice signed this tag, but the tagger’s e-mail address is not the address of that account.',
  );
  expect(explainSignature(verdict('expired_key'), COMMIT)).toContain('a GPG key that has expired');
});
