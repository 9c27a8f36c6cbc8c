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
