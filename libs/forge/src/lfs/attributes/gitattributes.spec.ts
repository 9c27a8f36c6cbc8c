import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compilePathGlob } from '@granary/kernel';
import fc from 'fast-check';
import { attributePattern, LFS_ATTRIBUTES, lfsPatternsIn } from './gitattributes';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'granary-attributes-'));
  execFileSync('git', ['init', '-q', cwd]);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** The paths among `paths` that git itself takes for LFS by `pattern`. */
function trackedByGit(pattern: string, paths: readonly string[]): string[] {
  writeFileSync(join(cwd, '.gitattributes'), `${pattern} ${LFS_ATTRIBUTES}\n`);
  const output = execFileSync('git', ['check-attr', '-z', '--stdin', 'filter'], {
    cwd,
    input: paths.join('\0') + '\0',
  });
  const fields = output.toString().split('\0');
  return paths.filter((_, at) => fields[at * 3 + 2] === 'lfs');
}

it.each([
  ['*.psd', '*.psd'],
  ['**.psd', '*.psd'],
  ['media/', 'media/**'],
  ['/media/', '/media/**'],
  ['/top.bin', '/top.bin'],
  ['a/***/b', 'a/**/b'],
  ['a b/[id]?.bin', 'a[[:space:]]b/\\[id\\]\\?.bin'],
  ['#a', '\\#a'],
  ['"a', '\\"a'],
  ['a/x**', null],
  ['a**/b', null],
])('says %j as %j', (pattern, expected) => expect(attributePattern(pattern)).toBe(expected));

const PATHS = ['a', 'b', 'a/b', 'a/a', 'b/a/b', 'a/b/b', 'a b', 'a/[a]', '[a]', 'a?', '#a', '"a', 'a/#a', 'a/a/a/b'];

it('matches the same files by git as by the hub', () => {
  const part = fc.constantFrom('*', '**', '/', 'a', 'b', '[a]', '?', ' ', '#', '"');
  const pattern = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pattern, (glob) => {
      // Such are refused where they are set.
      fc.pre(glob.trim() === glob && !glob.includes('//') && glob !== '/');
      const attribute = attributePattern(glob);
      fc.pre(attribute !== null);
      expect([glob, attribute, trackedByGit(attribute, PATHS)]).toEqual([
        glob,
        attribute,
        PATHS.filter(compilePathGlob(glob)),
      ]);
    }),
    { numRuns: 300 },
  );
}, 60_000);

it('finds what is tracked already', () => {
  const text =
    '# *.no filter=lfs\r\n*.psd filter=lfs diff=lfs merge=lfs -text\r\n\n*.txt text\n  a/** -text filter=lfs\n';
  expect([...lfsPatternsIn(text)]).toEqual(['*.psd', 'a/**']);
});
