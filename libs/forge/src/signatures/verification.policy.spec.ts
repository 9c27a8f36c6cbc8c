import { judge, type Finding } from './verification.policy';

const byAlice = (verdict: Extract<Finding, { kind: 'checked' }>['verdict']): Finding => ({
  kind: 'checked',
  verdict,
  ownerEmail: 'alice@example.com',
});

it('vouches for a right signature by the one whose address it is', () => {
  for (const email of ['alice@example.com', 'Alice@Example.COM']) {
    expect(judge(byAlice('good'), email)).toEqual({ verified: true, reason: 'valid' });
  }
});

it.each<[string, Finding, string | null, string]>([
  ['without a signature', { kind: 'unsigned' }, 'alice@example.com', 'unsigned'],
  [
    'that it cannot read',
    { kind: 'unreadable', reason: 'malformed_signature' },
    'alice@example.com',
    'malformed_signature',
  ],
  [
    'of a kind it does not know',
    { kind: 'unreadable', reason: 'unknown_signature_type' },
    null,
    'unknown_signature_type',
  ],
  ['by a key of nobody', { kind: 'by_nobody' }, 'alice@example.com', 'unknown_key'],
  ['that is wrong', byAlice('invalid'), 'alice@example.com', 'invalid'],
  ['by an expired key', byAlice('expired_key'), 'alice@example.com', 'expired_key'],
  ['by a revoked key', byAlice('revoked_key'), 'alice@example.com', 'revoked_key'],
  ['by a key that may not sign', byAlice('not_signing_key'), 'alice@example.com', 'not_signing_key'],
  ["over another's address", byAlice('good'), 'bob@example.com', 'bad_email'],
  ['over no address', byAlice('good'), null, 'bad_email'],
  ['by someone without an address', { kind: 'checked', verdict: 'good', ownerEmail: null }, '', 'bad_email'],
  ['by someone with an empty address', { kind: 'checked', verdict: 'good', ownerEmail: '' }, '', 'bad_email'],
  ['that is wrong, whatever the address', byAlice('invalid'), 'bob@example.com', 'invalid'],
])('does not vouch for one %s', (_, finding, email, reason) => {
  expect(judge(finding, email)).toEqual({ verified: false, reason });
});
