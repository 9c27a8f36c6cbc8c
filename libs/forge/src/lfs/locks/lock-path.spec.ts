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

const message = (path: string): string => {
  try {
    checkLockPath(path);
    return 'lets it be locked';
  } catch (error) {
    return (error as Error).message;
  }
};

it.each([
  ['/a/b.psd', 'a/b.psd'],
  ['a//b.psd', 'a/b.psd'],
  ['./a/./b.psd', 'a/b.psd'],
  ['a/c/../b.psd', 'a/b.psd'],
  ['a/../b/../c', 'c'],
  ['a/', 'a'],
])('tells how %j is spelled right: %s', (path, right) => {
  expect(message(path)).toMatch(/^This path cannot be locked: .+\. Lock it as: /);
  expect(message(path).split(' Lock it as: ')[1]).toBe(right);
});

it.each([
  '',
  '/',
  '.',
  '..',
  '../x',
  'a/../../x',
  '.git/config',
  './.git/config',
  'x/..',
  'a\u0085b',
  `./${'x'.repeat(4097)}`,
])('knows no right spelling of %j', (path) => {
  expect(message(path)).toMatch(/^This path cannot be locked: [^:]+\.$/);
});

it.each(['\u0000', '\u001f', '\u007f', '\u0080', '\u009f'])('takes %j for a control character', (character) => {
  expect(message(`a${character}b`)).toBe('This path cannot be locked: it holds a control character.');
});

it.each([' ', '~', '\u00a0', '😀'])('takes %j for none', (character) => {
  expect(message(`a${character}b`)).toBe('lets it be locked');
});

it('names the field that is wrong, as REST shows it', () => {
  expect(() => checkLockPath('/x')).toThrow(
    expect.objectContaining({ code: 'invalid', fields: [expect.objectContaining({ field: 'path', code: 'invalid' })] }),
  );
});
