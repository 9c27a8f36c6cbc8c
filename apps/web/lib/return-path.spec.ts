import fc from 'fast-check';
import { loginUrl, safeReturnPath } from './return-path';

describe('safeReturnPath', () => {
  it.each(['/', '/ada/orchard', '/ada/orchard/-/tree/main/a%23b?plain=1#L3', '/explore?q=a+b'])('keeps %j', (path) => {
    expect(safeReturnPath(path)).toBe(path);
  });

  it.each([
    '',
    null,
    undefined,
    'ada',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    'javascript:alert(1)',
    ' /\\evil.example',
  ])('refuses %j', (path) => {
    expect(safeReturnPath(path)).toBe('/');
  });

  it('never leaves the hub, whatever the text', () => {
    const nasty = fc.string({ unit: fc.constantFrom('/', '\\', '.', '\t', '\n', ':', '@', 'a', '%', '?', '#') });
    fc.assert(
      fc.property(nasty, (tail) => {
        const path = safeReturnPath(`/${tail}`);
        expect(new URL(path, 'http://hub.test').origin).toBe('http://hub.test');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('loginUrl', () => {
  it('carries the way back', () => {
    expect(loginUrl('/')).toBe('/login');
    expect(loginUrl('/a/b?c=d&e')).toBe('/login?to=%2Fa%2Fb%3Fc%3Dd%26e');
  });
});
