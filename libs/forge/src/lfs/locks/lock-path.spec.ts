import { checkLockPath } from './lock-path';

it.each(['a', 'a/b.psd', 'a b/ü.psd', '.gitattributes', 'a/.github/b', '...', 'a/..b', '-x', ':x', 'x'.repeat(4096)])(
  'lets %j be locked',
  (path) => expect(() => checkLockPath(path)).not.toThrow(),
);

it.each([
  ['../x', 'a part of it is empty'],
  ['x/../y', 'a part of it is empty'],
  ['x/..', 'a part of it is empty'],
  ['./x', 'a part of it is empty'],
  ['x//y', 'a part of it is empty'],
  ['x/', 'a part of it is empty'],
  ['', 'a part of it is empty'],
  ['/x', 'relative to the root'],
  ['.git/config', 'lies in .git'],
  ['a/.GIT/b', 'lies in .git'],
  ['a\0b', 'control character'],
  ['a\nb', 'control character'],
  ['a\u001b[31mb', 'control character'],
  ['a\u009bb', 'control character'],
  ['a\ud800', 'no valid Unicode'],
  ['x'.repeat(5000), 'longer than 4096 bytes'],
  ['ü'.repeat(2049), 'longer than 4096 bytes'],
])('refuses %j: %s', (path, reason) => {
  expect(() => checkLockPath(path)).toThrow(expect.objectContaining({ code: 'invalid' }));
  expect(() => checkLockPath(path)).toThrow(reason);
});
