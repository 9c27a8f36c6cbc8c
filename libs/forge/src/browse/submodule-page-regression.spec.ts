import fc from 'fast-check';
import { submodulePage } from './submodule-page';

const sha = 'c'.repeat(40);
const host = { baseUrl: 'https://hub.example', sshHost: 'ssh.hub.example', fullName: 'ada/app' };
const here = `/ada/lib/-/tree/${sha}`;

it.each([
  ['../lib.git', here],
  ['../lib', here],
  ['../lib/', here],
  ['../../ada/lib.git', here],
  ['https://hub.example/ada/lib.git', here],
  ['https://x:secret@hub.example/ada/lib.git', here],
  ['ssh://git@ssh.hub.example:2222/ada/lib.git', here],
  ['git@ssh.hub.example:ada/lib.git', here],
  ['../a%20b.git', `/ada/a%20b/-/tree/${sha}`],
  ['https://github.com/o/r.git', `https://github.com/o/r/tree/${sha}`],
  ['git@github.com:o/r.git', `https://github.com/o/r/tree/${sha}`],
  ['git://github.com/o/r', `https://github.com/o/r/tree/${sha}`],
  ['https://gitlab.com/g/s/r.git', `https://gitlab.com/g/s/r/-/tree/${sha}`],
  ['https://user:secret@git.example/x/r.git?a#b', 'https://git.example/x/r'],
])('leads from %s to its page', (url, page) => {
  expect(submodulePage(url, sha, host)).toBe(page);
});

it.each([
  '',
  '/srv/git/lib.git',
  'file:///srv/git/lib',
  'javascript:alert(1)',
  'data:text/html,x',
  '../../../x',
  'http://[',
])('leads from %j nowhere', (url) => expect(submodulePage(url, sha, host)).toBeNull());

it('leads to nothing but pages, whatever is written there', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '../', 'https://', 'git@', 'ssh://'), (text, start) => {
      expect(submodulePage(start + text, sha, host) ?? '/').toMatch(/^(?:\/(?!\/)|https?:\/\/)/);
    }),
  );
});
