import fc from 'fast-check';
import { SecretBox } from './secret-box';

const box = new SecretBox(Buffer.alloc(32, 1));

it('opens what it sealed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), (secret, repositoryId) => {
      expect(box.open(box.seal(secret, repositoryId), repositoryId)).toBe(secret);
    }),
  );
});

it('shows nothing of the secret, and never the same twice', () => {
  const sealed = box.seal('open sesame', 1);
  expect(sealed.includes('sesame')).toBe(false);
  expect(sealed.equals(box.seal('open sesame', 1))).toBe(false);
});

it('stays shut for another repository, under another key, and after any change', () => {
  const sealed = box.seal('open sesame', 1);
  expect(() => box.open(sealed, 2)).toThrow();
  expect(() => new SecretBox(Buffer.alloc(32, 2)).open(sealed, 1)).toThrow();
  for (let at = 0; at < sealed.length; at++) {
    const changed = Buffer.from(sealed);
    changed[at]! ^= 1;
    expect(() => box.open(changed, 1)).toThrow();
  }
  expect(() => box.open(sealed.subarray(0, 20), 1)).toThrow();
});
