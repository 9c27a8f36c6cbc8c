import { DomainError } from '@granary/kernel';
import fc from 'fast-check';
import { TransferGrants, type TransferGrant } from './transfer-grant';

const grants = new TransferGrants(Buffer.alloc(32, 7));
const now = new Date(1_000_000_000_000);
const grant: TransferGrant = {
  operation: 'upload',
  repositoryId: 7,
  oid: 'a'.repeat(64),
  sizeBytes: 12,
  userId: 3,
  expiresAtSeconds: 1_000_000_060,
};
const queryOf = (g: TransferGrant) => Object.fromEntries(new URLSearchParams(grants.query(g)));
const expected = { operation: 'upload' as const, repositoryId: 7, oid: grant.oid, now };

it('accepts what it signed', () => {
  expect(grants.verify(queryOf(grant), expected)).toEqual(grant);
});

it.each([
  ['another repository', { repositoryId: 8 }],
  ['another object', { oid: 'b'.repeat(64) }],
  ['the other direction', { operation: 'download' as const }],
  ['a time after its expiry', { now: new Date(1_000_000_060_000) }],
])('refuses it for %s', (_what, change) => {
  expect(() => grants.verify(queryOf(grant), { ...expected, ...change })).toThrow(DomainError);
});

it('refuses every altered query', () => {
  const query: Record<string, string> = queryOf(grant);
  fc.assert(
    fc.property(fc.constantFrom('size', 'user', 'expires', 'signature', 'operation'), fc.string(), (field, value) => {
      fc.pre(query[field] !== value && value !== `${query[field]}=`);
      fc.pre(
        field !== 'signature' ||
          !Buffer.from(value, 'base64url').equals(Buffer.from(query.signature ?? '', 'base64url')),
      );
      expect(() => grants.verify({ ...query, [field]: value }, expected)).toThrow(DomainError);
    }),
  );
});

it("refuses another instance's signature", () => {
  const foreign = new TransferGrants(Buffer.alloc(32, 8));
  expect(() => foreign.verify(queryOf(grant), expected)).toThrow(DomainError);
});
