import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { LFS_ATTRIBUTES } from './gitattributes';
import { adviseLfs, type LargeFile } from './lfs-advice';

const advise = (patterns: string[], files: LargeFile[] = [], tracked: string[] = []) =>
  adviseLfs(patterns, { files, tracked: new Set(tracked) });
const line = (pattern: string) => `${pattern} ${LFS_ATTRIBUTES}\n`;

it('has nothing to say where nothing is missing', () => {
  const nothing = { gitattributes: '', largeFiles: [], inexpressible: [], commands: [], rewriteCommand: null };
  expect(advise([])).toEqual(nothing);
  expect(advise(['*.psd', 'media/'], [], ['*.psd', 'media/**'])).toEqual(nothing);
});

it('turns rules into lines and a command, each once', () => {
  const { gitattributes, commands } = advise(['*.psd', 'media/', '*.psd'], [{ path: 'a.psd', sizeBytes: 9 }]);
  expect(gitattributes).toBe(line('*.psd') + line('media/**'));
  expect(commands).toEqual([
    "git lfs track '*.psd' 'media/**'",
    'git add .gitattributes',
    'git add --renormalize .',
    'git commit -m "Keep large files in Git LFS"',
  ]);
});

it('names what .gitattributes has no words for', () => {
  expect(advise(['a**/b', '*.psd'])).toMatchObject({ inexpressible: ['a**/b'], gitattributes: line('*.psd') });
});

it('groups large files by what their names end with, the most bytes first', () => {
  const files = [
    { path: 'a/one.bin', sizeBytes: 10 },
    { path: 'b/two.bin', sizeBytes: 30 },
    { path: 'film.mp4', sizeBytes: 100 },
    { path: 'data/blob', sizeBytes: 20 },
    { path: 'dir.d/.hidden', sizeBytes: 1 },
    { path: 'what a name', sizeBytes: 5 },
    { path: 'sub/.gitignore', sizeBytes: 500 },
  ];
  const { largeFiles, gitattributes, rewriteCommand } = advise([], files, ['*.mp4']);
  expect(largeFiles).toEqual([
    { pattern: '*.mp4', file_count: 1, size_bytes: 100, example: 'film.mp4', tracked: true },
    { pattern: '*.bin', file_count: 2, size_bytes: 40, example: 'b/two.bin', tracked: false },
    { pattern: '/data/blob', file_count: 1, size_bytes: 20, example: 'data/blob', tracked: false },
    { pattern: '/dir.d/.hidden', file_count: 1, size_bytes: 1, example: 'dir.d/.hidden', tracked: false },
  ]);
  expect(gitattributes).toBe(line('*.bin') + line('/data/blob') + line('/dir.d/.hidden'));
  expect(rewriteCommand).toBe("git lfs migrate import --everything --include='*.mp4,*.bin,data/blob,dir.d/.hidden'");
});

it('takes what git itself reads out of a rule for everything', () => {
  const { gitattributes, commands } = advise(['**']);
  expect(gitattributes.split('\n').slice(0, 2)).toEqual([
    `* ${LFS_ATTRIBUTES}`,
    '.gitattributes !filter !diff !merge !text',
  ]);
  expect(commands[0]).toMatch(/^printf .*'\.gitattributes !filter !diff !merge !text'.* >> \.gitattributes$/);
  expect(advise(['**'], [], ['*']).gitattributes).toBe('');
});

it('writes commands in which names are words and nothing else', () => {
  const names = fc.string({ unit: fc.constantFrom(...'ab$`\'"\\;&|!~#*- '), minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 3 }), (patterns) => {
      const { commands, gitattributes } = advise(patterns.map((each) => `x${each}`));
      const [first = ''] = commands;
      if (gitattributes === '') return;
      // Runs with `git` as a function that prints its arguments, and without a redirection.
      const script = `git() { shift 2; printf '%s\\n' "$@"; }\n${first.replace(/ >> \.gitattributes$/, '')}`;
      const output = execFileSync('sh', ['-c', script]).toString();
      const expected = first.startsWith('printf') ? gitattributes : gitattributes.replaceAll(` ${LFS_ATTRIBUTES}`, '');
      expect(output).toBe(expected);
    }),
    { numRuns: 100 },
  );
}, 60_000);
