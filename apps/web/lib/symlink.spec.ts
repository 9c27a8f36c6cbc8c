import { linkTarget } from './symlink';

it.each([
  ['src/link', '../docs/guide.md', 'docs/guide.md'],
  ['link', 'a/./b//c', 'a/b/c'],
  ['a/b/link', '..', 'a'],
  ['link', '../outside', null],
  ['a/link', '../../outside', null],
  ['a/link', '../../a/back-in', null],
  ['link', '/etc/passwd', null],
  ['link', '', null],
])('%s -> %s leads to %j', (from, target, path) => {
  expect(linkTarget(from, target)).toBe(path);
});
