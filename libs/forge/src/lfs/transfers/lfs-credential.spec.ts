import fc from 'fast-check';
import { LfsCredentials } from './lfs-credential';

const credentials = new LfsCredentials(Buffer.alloc(32, 1));
const credential = { operation: 'upload' as const, repositoryId: 12, userId: 3, expiresAtSeconds: 1000 };
const before = new Date(999_000);

it('reads back what it issued, until it expires', () => {
  const secret = credentials.issue(credential);
  expect(credentials.read(secret, before)).toEqual(credential);
  expect(credentials.read(secret, new Date(1_000_000))).toBeNull();
});

it('refuses every altered character', () => {
  const secret = credentials.issue(credential);
  for (let at = 0; at < secret.length - 1; at++) {
    const altered = secret.slice(0, at) + (secret[at] === '1' ? '2' : '1') + secret.slice(at + 1);
    expect(credentials.read(altered, before)).toBeNull();
  }
});

it("refuses another instance's credential", () => {
  expect(new LfsCredentials(Buffer.alloc(32, 2)).read(credentials.issue(credential), before)).toBeNull();
});

it('is for the operation, the repository and the user that it was issued for', () => {
  const operation = fc.constantFrom('upload' as const, 'download' as const);
  const id = fc.integer({ min: 1, max: 2 ** 31 - 1 });
  const issued = fc.record({
    operation,
    repositoryId: id,
    userId: id,
    expiresAtSeconds: fc.integer({ min: 1000, max: 99_999_999_999 }),
  });
  fc.assert(
    fc.property(issued, issued, (one, other) => {
      const [secret, otherSecret] = [credentials.issue(one), credentials.issue(other)];
      expect(credentials.read(secret, before)).toEqual(one);
      // The signature of one is none of the other's.
      const swapped = otherSecret.slice(0, -43) + secret.slice(-43);
      expect(credentials.read(swapped, before)).toEqual(swapped === secret ? one : null);
    }),
  );
});

it.each([
  ['nothing', ''],
  ['no credential at all', 'gry_pat_0123456789'],
  ['one with something before it', ` ${credentials.issue(credential)}`],
  ['one with something behind it', `${credentials.issue(credential)}A`],
  ['one with a line behind it', `${credentials.issue(credential)}\n`],
  ['one without a signature', credentials.issue(credential).slice(0, -43)],
  ['one of another direction', credentials.issue(credential).replace('_up_', '_down_')],
  ['one of a direction that there is not', credentials.issue(credential).replace('_up_', '_admin_')],
])('reads nothing from %s', (_what, secret) => expect(credentials.read(secret, before)).toBeNull());
