import * as fc from 'fast-check';
import { ProtocolError } from '../protocol-error';
import { parseQuotedPath, takeQuotedPath } from './quoted-path';

describe('quoted paths', () => {
  it.each([
    ['plain path', 'plain path'],
    ['"a/\\303\\244"', 'a/ä'],
    ['"tab\\tquote\\"back\\\\slash\\nline\\001"', 'tab\tquote"back\\slash\nline\u0001'],
    ['"a/ü\\a\\b\\v\\f\\r"', 'a/ü\u0007\b\v\f\r'],
  ])('reads %s', (text, path) => {
    expect(parseQuotedPath(text)).toBe(path);
  });

  it('says where a quoted path ends', () => {
    expect(takeQuotedPath('"a" "b"')).toEqual({ path: 'a', length: 3 });
  });

  it.each(['"open', '"a\\', '"a\\q"', '"a\\9"', '"a" b'])('refuses %s', (text) => {
    expect(() => parseQuotedPath(text)).toThrow(ProtocolError);
  });

  it('undoes octal escapes of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (path) => {
        const escaped = [...Buffer.from(path)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
        expect(parseQuotedPath(`"${escaped}"`)).toBe(Buffer.from(path).toString());
      }),
    );
  });
});
