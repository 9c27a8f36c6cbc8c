import fc from 'fast-check';
import { checkObjectKey, checkObjectPrefix } from './object-key';

const segment = fc.stringMatching(/^[A-Za-z0-9._-]{1,20}$/).filter((text) => text !== '.' && text !== '..');
const key = fc.array(segment, { minLength: 1, maxLength: 8 }).map((segments) => segments.join('/'));

describe('an object key', () => {
  it('is joined of plain segments', () => {
    fc.assert(fc.property(key, (text) => expect(checkObjectKey(text)).toBe(text)));
  });

  it('never leaves its folder nor holds another character', () => {
    // Among plain parts those that lead somewhere else, so that each is drawn often, alone and beside the others.
    const evil = fc.constantFrom(
      '',
      '.',
      '..',
      '...',
      'a\0',
      '\0',
      '..\\..',
      'a\\b',
      '\\',
      '~',
      'ä',
      ' ',
      'a'.repeat(256),
    );
    const path = fc.array(fc.oneof(segment, evil), { maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(fc.oneof(path, fc.string({ unit: 'binary' })), (text) => {
        const isPlain = (part: string) => !['', '.', '..'].includes(part) && part.length <= 255;
        const good = /^[A-Za-z0-9._/-]+$/.test(text) && text.split('/').every(isPlain);
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

  it.each([
    '..',
    '.',
    '',
    '/',
    'a/..',
    '../a',
    'a/../b',
    'a/./b',
    'a//b',
    '/a',
    'a/',
    'a\0b',
    '..\\a',
    'a\\..\\b',
    'a\n',
  ])('is not %j', (text) => {
    expect(() => checkObjectKey(text)).toThrow('malformed');
    expect(() => checkObjectPrefix(`${text}/a`)).toThrow('malformed');
  });

  it('is no prefix when a whole part of it leads elsewhere, nor when it is too long', () => {
    const evil = fc.constantFrom('.', '..', '', '\0', '..\\..', '\\');
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 2 }),
        evil,
        fc.array(segment, { minLength: 1, maxLength: 2 }),
        (a, bad, b) => {
          expect(() => checkObjectPrefix([...a, bad, ...b].join('/'))).toThrow('malformed');
        },
      ),
    );
    expect(() => checkObjectPrefix('a/'.repeat(451))).toThrow('malformed');
    expect(() => checkObjectPrefix('a\0')).toThrow('malformed');
    for (const open of ['', 'a/', 'a/.', 'a/..', '..']) expect(checkObjectPrefix(open)).toBe(open);
  });
});
