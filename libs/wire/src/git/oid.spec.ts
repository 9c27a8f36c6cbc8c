import { isOid, isZeroOid, zeroOid } from './oid';

describe('object ids', () => {
  it.each(['a'.repeat(40), '0123456789abcdef'.repeat(4), '0'.repeat(40)])('accepts %s', (text) => {
    expect(isOid(text)).toBe(true);
  });

  it.each(['', 'a'.repeat(39), 'a'.repeat(41), 'a'.repeat(63), 'A'.repeat(40), 'g'.repeat(40), `${'a'.repeat(40)}\n`])(
    'refuses %j',
    (text) => {
      expect(isOid(text)).toBe(false);
    },
  );

  it('knows the id of no object in both formats', () => {
    expect([zeroOid(), zeroOid('sha256')].map((oid) => [oid.length, isZeroOid(oid)])).toEqual([
      [40, true],
      [64, true],
    ]);
    expect(['0', '0'.repeat(41), `${'0'.repeat(39)}1`, `1${'0'.repeat(39)}`].some(isZeroOid)).toBe(false);
  });
});
