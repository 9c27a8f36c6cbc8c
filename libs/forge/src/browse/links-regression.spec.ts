import fc from 'fast-check';
import { linkedPath } from './links';

it.each([
  ['link', 'src/a.txt', 'src/a.txt'],
  ['docs/link', 'a.txt', 'docs/a.txt'],
  ['docs/link', '../src/./a.txt', 'src/a.txt'],
  ['docs/link', '../docs//a.txt', 'docs/a.txt'],
  ['docs/link', '..', ''],
  ['link', '../a.txt', null],
  ['docs/link', '../../a.txt', null],
  ['link', '/etc/passwd', null],
  ['link', '', null],
])('leads from %s by %j to %j', (path, target, leadsTo) => expect(linkedPath(path, target)).toBe(leadsTo));

it('never leads out of the repository', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.array(part, { maxLength: 8 }), (path, target) => {
      const found = linkedPath([...path.filter((each) => /\w/.test(each)), 'link'].join('/'), target.join('/'));
      expect(found === null || !found.split('/').includes('..')).toBe(true);
      expect(found?.startsWith('/') ?? false).toBe(false);
    }),
  );
});
