import fc from 'fast-check';
import { checkObjectKey, checkObjectPrefix } from './object-key';

const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/).filter((text) => text !== '.' && text !== '..');
const key = fc.array(segment, { minLength: 1, maxLength: 8 }).map((segments) => segments.join('/'));

describe('an object key', () => {
  it('is joined of plain segments', () => {
    fc.assert(fc.property(key, (text) => expect(checkObjectKey(text)).toBe(text)));
  });

  it('never leaves its folder nor holds another character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const good =
          /^[A-Za-z0-9._/-]+$/.test(text) && text.split('/').every((part) => !['', '.', '..'].includes(part));
        if (good) expect(checkObjectKey(text)).toBe(text);
        else expect(() => checkObjectKey(text)).toThrow('malformed');
      }),
    );
  });

  it('ends at 900 characters, a segment at 255', () => {
    const long = Array.from({ length: 4 }, () => 'a'.repeat(224)).join('/');
    expect(checkObjectKey(`${long}a`)).toHaveLength(900);
    expect(() => checkObjectKey(`${long}aa`)).toThrow('malformed');
    expect(() => checkObjectKey('a'.repeat(256))).toThrow('malformed');
  });

  it('may be cut anywhere for a prefix', () => {
    fc.assert(
      fc.property(key, fc.nat(), (text, at) => {
        const prefix = text.slice(0, at % (text.length + 1));
        expect(checkObjectPrefix(prefix)).toBe(prefix);
      }),
    );
  });
});
