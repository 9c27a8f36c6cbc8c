import fc from 'fast-check';
import { compileGlob, compilePathGlob } from './glob';

it.each([
  ['main', 'main', true],
  ['main', 'main2', false],
  ['release/*', 'release/1', true],
  ['release/*', 'release/1/2', false],
  ['release/*', 'release/', true],
  ['release/**', 'release/1/2', true],
  ['*', 'a/b', false],
  ['**', 'a/b', true],
  ['v*.*', 'v1.2', true],
  ['v*.*', 'v12', false],
  ['a/**/b', 'a/b', true],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'a/xb', false],
  ['a/**/b', 'ab', false],
  ['*@example.com', 'eve@example.com.evil.org', false],
  ['[a].$', '[a].$', true],
  ['*.ü', 'x.ü', true],
  ['main', 'a main', false],
  ['*', '', true],
  ['**', '', true],
  ['***', 'a/b', true],
  ['*', 'a\nb', true],
  ['a*b', 'ab', true],
  ['ab*ba', 'aba', false],
  ['*/', 'a/', true],
  ['*/', 'a/b', false],
  ['**/', 'a/b/', true],
  ['**/', 'a', false],
  ['*a*', 'xxaxx', true],
  ['*a*', 'xx/a', false],
])('%s on %s: %s', (pattern, text, expected) => expect(compileGlob(pattern)(text)).toBe(expected));

it.each([
  ['*.psd', 'a/b/c.psd', true],
  ['*.psd', 'a/b.psd/c', false],
  ['/top.txt', 'top.txt', true],
  ['/top.txt', 'a/top.txt', false],
  ['node_modules/', 'node_modules/x/y', true],
  ['**/node_modules/', 'a/node_modules/x', true],
  ['**/.env', '.env', true],
  ['docs/*.md', 'docs/a.md', true],
  ['docs/*.md', 'docs/a/b.md', false],
  ['node_modules/', 'node_modules', false],
  ['node_modules/', 'a/node_modules/x', false],
  ['a*', 'b/a1', true],
  ['', '', true],
  ['', 'a', false],
])('the path glob %s on %s: %s', (pattern, path, expected) => expect(compilePathGlob(pattern)(path)).toBe(expected));

it('takes a pattern that would keep a backtracking matcher busy for ages', () => {
  const glob = compileGlob('*a'.repeat(120) + 'b');
  expect(glob('a'.repeat(4000))).toBe(false);
});

/** The same as a regular expression: right, but slow on patterns that are made to be. */
function byExpression(pattern: string): RegExp {
  const parts = pattern.match(/\*\*\/|\*+|[^*]/gsu) ?? [];
  const source = parts.map((part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part.startsWith('*')) return part.length > 1 ? '.*' : '[^/]*';
    return part;
  });
  return new RegExp(`^${source.join('')}$`, 's');
}

it('means what the regular expression of its rules means', () => {
  const pattern = fc
    .array(fc.constantFrom('*', '**', '**/', '/', 'a', 'b'), { maxLength: 7 })
    .map((parts) => parts.join(''));
  const text = fc.array(fc.constantFrom('/', 'a', 'b'), { maxLength: 8 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pattern, text, (glob, name) => expect(compileGlob(glob)(name)).toBe(byExpression(glob).test(name))),
    { numRuns: 3000 },
  );
});
