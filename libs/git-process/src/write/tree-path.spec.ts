import fc from 'fast-check';
import { checkTreePath, faultOfTreePath } from './tree-path';

it.each([
  'README.md',
  'a/b/c.bin',
  '.gitattributes',
  '.github/x',
  'a/.gitignore',
  'git',
  'gitt~1',
  '…/ö b',
  'a..b',
  '...',
])('takes %j', (path) => expect(faultOfTreePath(path)).toBeNull());

it.each([
  '',
  '/',
  '/etc/passwd',
  'a//b',
  'a/',
  '.',
  'a/./b',
  '..',
  '../x',
  'a/../../x',
  '.git/config',
  '.GIT/hooks/x',
  'a/.git',
  'a/.git./x',
  'a/.git /x',
  'a/.git . ./x',
  'a/.git:stream/x',
  'a/.git::$INDEX_ALLOCATION/x',
  'GIT~1/config',
  '.g\u200cit/config',
  '.gi\ufefft',
  'a\\..\\b',
  '..\\x',
  'a\0b',
  'a\nb',
  'a\ud800b',
  'x'.repeat(256),
  'a/'.repeat(2048) + 'b',
])('refuses %j', (path) => {
  expect(() => checkTreePath(path)).toThrow(expect.objectContaining({ code: 'invalid' }));
});

it('never takes a path with a part that some system reads as .git or as a way up', () => {
  const bad = fc.constantFrom('.git', '.Git', '..', '.', '', 'git~1', '.git ', '.GIT...', '.git:x', '.\u200dgit');
  const good = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  fc.assert(
    fc.property(fc.array(good), bad, fc.array(good), (before, middle, after) => {
      expect(faultOfTreePath([...before, middle, ...after].join('/'))).not.toBeNull();
    }),
  );
});
