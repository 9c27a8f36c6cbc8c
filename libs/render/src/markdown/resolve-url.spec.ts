import fc from 'fast-check';
import { isExternal, resolveUrl } from './resolve-url';

const place = {
  owner: 'ada',
  repository: 'orchard',
  at: { kind: 'branch', ref: 'feature/x' } as const,
  path: 'docs/guide.md',
};
const tree = '/ada/orchard/-/tree/feature/x';
const blob = '/ada/orchard/-/blob/feature/x';

describe('links', () => {
  it.each([
    ['setup.md', `${blob}/docs/setup.md`],
    ['./setup.md', `${blob}/docs/setup.md`],
    ['../README.md', `${blob}/README.md`],
    ['../README.md#install', `${blob}/README.md#user-content-install`],
    ['../src/main.py#L3', `${blob}/src/main.py#L3`],
    ['/LICENSE', `${blob}/LICENSE`],
    ['../../../..', `${tree}/`.slice(0, -1)],
    ['img/', `${tree}/docs/img`],
    ['a%20b%23.txt', `${blob}/docs/a%20b%23.txt`],
    ['100%.txt', `${blob}/docs/100%25.txt`],
    ['setup.md?raw=true', `${blob}/docs/setup.md`],
    ['#table', '#user-content-table'],
    ['https://example.org/a', 'https://example.org/a'],
    ['mailto:ada@example.org', 'mailto:ada@example.org'],
    ['//example.org/x', 'https://example.org/x'],
  ])('%j becomes %j', (url, expected) => {
    expect(resolveUrl(url, 'link', place)).toBe(expected);
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'http://[',
  ])('refuses %j', (url) => {
    expect(resolveUrl(url, 'link', place)).toBe('');
  });
});

describe('images', () => {
  it.each([
    ['img/a.png', '/ada/orchard/-/raw/feature/x/docs/img/a.png'],
    ['/logo.svg', '/ada/orchard/-/raw/feature/x/logo.svg'],
    ['https://example.org/a.png', 'https://example.org/a.png'],
    ['data:image/png;base64,AAAA', ''],
    ['mailto:x@example.org', ''],
  ])('%j becomes %j', (url, expected) => {
    expect(resolveUrl(url, 'image', place)).toBe(expected);
  });
});

it('yields a page of this repository, an allowed scheme, a fragment, or nothing', () => {
  const parts = fc.constantFrom(
    '..',
    '.',
    '/',
    '\\',
    'a',
    '%2e',
    '%2F',
    '#',
    '?',
    ':',
    '@',
    'javascript',
    'http',
    '\t',
  );
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), (pieces) => {
      const url = resolveUrl(pieces.join(''), 'link', place);
      if (url === '' || url.startsWith('#')) return;
      if (isExternal(url)) expect(url).toMatch(/^(https?|mailto):/);
      else expect(new URL(url, 'http://hub.test').href).toMatch(/^http:\/\/hub\.test\/ada\/orchard\/-\/(tree|blob)\//);
    }),
    { numRuns: 3000 },
  );
});
