import * as fc from 'fast-check';
import { formatPointer, parsePointer, POINTER_LIMIT_BYTES } from './pointer';

const oid = '4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393';
const other = 'b'.repeat(64);
const text = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
const parse = (pointer: string) => parsePointer(Buffer.from(pointer));

describe('parsePointer', () => {
  it('reads what git-lfs writes', () => {
    expect(parse(text)).toEqual({ kind: 'pointer', oid, sizeBytes: 12345, extensions: [], canonical: true });
  });

  it('reads extensions by priority', () => {
    const extended = text.replace('oid', `ext-1-b sha256:${other}\next-0-a sha256:${oid}\noid`);
    const extensions = [
      { name: 'a', priority: 0, oid },
      { name: 'b', priority: 1, oid: other },
    ];
    expect(parse(extended)).toEqual({ kind: 'pointer', oid, sizeBytes: 12345, extensions, canonical: false });
    expect(formatPointer({ oid, sizeBytes: 12345, extensions }).toString()).toBe(
      text.replace('oid', `ext-0-a sha256:${oid}\next-1-b sha256:${other}\noid`),
    );
  });

  it.each([
    ['the pre-release version', text.replace('git-lfs.github', 'hawser.github')],
    ['the alpha version', text.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
    ['CRLF', text.replaceAll('\n', '\r\n')],
    ['no line feed at the end', text.trimEnd()],
    ['blank lines and white space around', `\n \u2003${text.replaceAll('\n', '\n\n')}\t\u0085`],
    ['a size with a sign', text.replace('12345', '+12345')],
  ])('reads a pointer with %s, as not canonical', (_, pointer) => {
    expect(parse(pointer)).toMatchObject({ kind: 'pointer', oid, sizeBytes: 12345, canonical: false });
  });

  it('takes an empty blob for the pointer of an empty file', () => {
    expect(parse('')).toEqual({ kind: 'empty' });
    expect(formatPointer({ oid, sizeBytes: 0 })).toHaveLength(0);
  });

  it.each([
    ['plain text', 'hello', /version/],
    ['white space', ' \n', /version/],
    ['an unknown version', text.replace('v1', 'v9'), /version/],
    ['an upper-case oid', text.replace(oid, oid.toUpperCase()), /oid/],
    ['another hash', text.replace('sha256', 'sha512'), /oid/],
    ['a short oid', text.replace(oid, oid.slice(1)), /oid/],
    ['a negative size', text.replace('12345', '-1'), /size/],
    ['a fraction', text.replace('12345', '1.5'), /size/],
    ['a missing size', text.replace('size 12345\n', ''), /size/],
    ['keys out of order', `size 1\n${text}`, /key version/],
    ['a line behind the size', `${text}x y\n`, /follows/],
    ['a key without a value', text.replace('size 12345', 'size'), /no value/],
    ['two extensions of one priority', `ext-1-a sha256:${oid}\next-1-b sha256:${oid}\n${text}`, /priority/],
    ['an extension with a bad oid', `ext-1-a sha256:1\n${text}`, /extension/],
    ['an extension without a name', `ext-1- sha256:${oid}\n${text}`, /key version/],
  ])('refuses %s', (_, blob, reason) => {
    expect(parse(blob)).toEqual({ kind: 'not_pointer', reason: expect.stringMatching(reason) });
  });

  it('refuses a size that no number can hold exactly', () => {
    expect(parse(text.replace('12345', '9007199254740991'))).toMatchObject({ sizeBytes: Number.MAX_SAFE_INTEGER });
    expect(parse(text.replace('12345', '9007199254740992')).kind).toBe('not_pointer');
  });

  it('reads no more than a pointer can have', () => {
    const blank = (sizeBytes: number) => text + ' '.repeat(sizeBytes - text.length);
    expect(parse(blank(POINTER_LIMIT_BYTES - 1)).kind).toBe('pointer');
    expect(parse(blank(POINTER_LIMIT_BYTES)).kind).toBe('not_pointer');
  });

  it('answers for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => {
        expect(parsePointer(bytes).kind).toBe(bytes.length === 0 ? 'empty' : 'not_pointer');
      }),
    );
  });
});

describe('formatPointer', () => {
  it('is read back as it was written', () => {
    const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
    const extension = fc.record({
      name: fc.stringMatching(/^\w[\w.-]{0,8}$/),
      priority: fc.integer({ min: 0, max: 9 }),
      oid: hex,
    });
    const extensions = fc.uniqueArray(extension, { selector: ({ priority }) => priority, maxLength: 5 });
    fc.assert(
      fc.property(
        hex,
        fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
        extensions,
        (hash, sizeBytes, unsorted) => {
          const facts = { oid: hash, sizeBytes, extensions: unsorted };
          const sorted = unsorted.toSorted((one, two) => one.priority - two.priority);
          expect(parsePointer(formatPointer(facts))).toEqual({
            kind: 'pointer',
            ...facts,
            extensions: sorted,
            canonical: true,
          });
        },
      ),
    );
  });
});
