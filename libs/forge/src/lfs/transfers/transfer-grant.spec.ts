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

const OPERATIONS = ['upload', 'download', 'tus', 'multipart'] as const;

it('signs the operation: none opens the way of another, whatever the query says', () => {
  for (const signed of OPERATIONS) {
    const query = queryOf({ ...grant, operation: signed });
    for (const asked of OPERATIONS) {
      const verify = (says: string) => grants.verify({ ...query, operation: says }, { ...expected, operation: asked });
      if (signed === asked) expect(verify(asked)).toEqual({ ...grant, operation: asked });
      else for (const says of [signed, asked]) expect(() => verify(says)).toThrow(DomainError);
    }
  }
});

it('signs its fields apart from each other: what moves from one into the next is no longer signed', () => {
  const query = queryOf({ ...grant, sizeBytes: 12, userId: 34 });
  expect(() => grants.verify({ ...query, size: '1', user: '234' }, expected)).toThrow(DomainError);
  expect(() => grants.verify({ ...query, size: '123', user: '4' }, expected)).toThrow(DomainError);
});

it.each([
  ['size', '012'],
  ['size', '12.0'],
  ['size', '1e1'],
  ['size', ' 12'],
  ['user', '-3'],
  ['user', ['3']],
  ['expires', '99999999999999999'],
  ['expires', undefined],
  ['signature', undefined],
  ['signature', ['a']],
  ['operation', ['upload']],
])('refuses a query whose %s is %j', (field, value) => {
  expect(() => grants.verify({ ...queryOf(grant), [field]: value }, expected)).toThrow(
    expect.objectContaining({ code: 'forbidden' }),
  );
});

it('is good until its last second', () => {
  const at = (ms: number) => () => grants.verify(queryOf(grant), { ...expected, now: new Date(ms) });
  expect(at(1_000_000_059_999)()).toEqual(grant);
  expect(at(1_000_000_060_000)).toThrow(DomainError);
});

it('signs the same in every version: an upgrade cuts off no transfer', () => {
  expect(grants.query(grant)).toBe(
    'operation=upload&size=12&user=3&expires=1000000060&signature=SQaCvBK-79vkXEPGQgQ5Ry0Ss-YnOux91DxMh1OUvrQ',
  );
});

it('says what is wrong and what to do', () => {
  const thrown = (query: Record<string, unknown>, at = now): unknown => {
    try {
      return grants.verify(query, { ...expected, now: at });
    } catch (error) {
      return error;
    }
  };
  const query = queryOf(grant);
  expect(thrown({ ...query, size: undefined })).toMatchObject({
    message: 'This transfer URL is not complete.',
    code: 'forbidden',
    hint: 'Ask for a new one with a batch request.',
  });
  expect(thrown({ ...query, user: '4' })).toMatchObject({
    message: 'This transfer URL was altered or made for something else.',
  });
  expect(thrown(query, new Date(1_000_000_060_000))).toMatchObject({
    message: 'This transfer URL has expired.',
    code: 'forbidden',
    hint: 'Run the git-lfs command again.',
  });
});

it.each(['', 'A', queryOf(grant).signature + 'AAAA', queryOf(grant).signature?.slice(0, -4)])(
  'refuses a signature of another length: %j',
  (signature) => {
    expect(() => grants.verify({ ...queryOf(grant), signature }, expected)).toThrow(
      expect.objectContaining({ code: 'forbidden' }),
    );
  },
);

it.each(['size', 'user', 'expires'])('takes %s of up to sixteen digits, and 0', (field) => {
  const names = { size: 'sizeBytes', user: 'userId', expires: 'expiresAtSeconds' } as const;
  const name = names[field as keyof typeof names];
  const big = { ...grant, [name]: 9_007_199_254_740_991 };
  expect(grants.verify(queryOf(big), expected)).toEqual(big);
  if (name === 'expiresAtSeconds') return;
  const none = { ...grant, [name]: 0 };
  expect(grants.verify(queryOf(none), expected)).toEqual(none);
});
