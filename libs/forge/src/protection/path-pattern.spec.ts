import { checkPathPatterns } from './path-pattern';

it.each(['*.psd', '/top.bin', 'media/', '**/x', 'a/**/b', 'a b.bin', '[id].bin', '#a', '.gitattributes', '**'])(
  'takes %j',
  (pattern) => expect(() => checkPathPatterns('x', [pattern])).not.toThrow(),
);

it.each([
  ['!*.psd', 'takes nothing back'],
  ['art\\*.psd', 'separated by "/"'],
  ['a//b', 'is empty'],
  ['//a', 'is empty'],
  ['/', 'is empty'],
  ['./a', '"." or ".."'],
  ['a/../b', '"." or ".."'],
  ['.git/config', 'nothing in .git'],
  [' *.psd', 'space'],
  ['*.psd ', 'space'],
  ['a\tb', 'control character'],
])('refuses %j, and says why', (pattern, reason) => {
  const check = () => checkPathPatterns('lfs_required_patterns', ['*.ok', pattern]);
  expect(check).toThrow(expect.objectContaining({ code: 'invalid' }));
  try {
    check();
  } catch (error) {
    expect(error).toMatchObject({
      fields: [{ field: 'lfs_required_patterns', message: expect.stringContaining(reason) }],
    });
  }
});
