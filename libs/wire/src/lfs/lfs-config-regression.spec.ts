import * as fc from 'fast-check';
import { parseConfigList } from '../git/config-list';
import { lfsDownloadServerIn, lfsServerHost, lfsServerOnHub, lfsServersIn } from './lfs-config';

const HUB = { baseUrl: 'https://hub.example/git', sshHost: 'ssh.hub.example' };

it('reads the servers of a .lfsconfig, and no other key', () => {
  const listing = [
    'lfs.url\nhttps://a.example/x',
    'lfs.pushurl\nhttps://b.example/x',
    'remote.origin.lfsurl\nhttps://c.example/x',
    'remote.a.b.lfspushurl\nhttps://d.example/x',
    'lfs.https://a.example/x.access\nbasic',
    'lfs.locksverify\nfalse',
    'lfs.url\n ',
    'lfs.url',
    'remote.origin.url\nhttps://e.example/x',
    '',
  ].join('\0');
  const hosts = ['a', 'b', 'c', 'd'].map((host) => `https://${host}.example/x`);
  expect(lfsServersIn(parseConfigList(listing))).toEqual(hosts);
});

it.each([
  'https://hub.example/git/Alice/game.git/info/lfs',
  'https://hub.example/git/Alice/game/info/lfs/',
  'https://hub.example:443/git/Alice/game',
  'http://hub.example/git/Alice/game.git',
  'https://user:secret@hub.example/git/Alice%2fgame.git/info/lfs',
  'ssh://git@ssh.hub.example:2222/Alice/game.git',
  'git@ssh.hub.example:Alice/game.git',
  'SSH.hub.example:/Alice/game',
])('knows %s for the server of a repository of the hub', (address) => {
  expect(lfsServerOnHub(address, HUB)).toBe('Alice/game');
});

it.each([
  'https://hub.example/other/Alice/game.git',
  'https://hub.example:8443/git/Alice/game.git',
  'https://other.example/git/Alice/game.git',
  'ssh://git@other.example/Alice/game.git',
  'git@other.example:Alice/game.git',
  'file:///git/Alice/game.git',
  '/srv/lfs',
  'https://[broken',
  '',
])('knows %j for another', (address) => {
  expect(lfsServerOnHub(address, HUB)).toBeNull();
});

it('has no server over SSH where the hub has none', () => {
  expect(lfsServerOnHub('git@ssh.hub.example:Alice/game.git', { ...HUB, sshHost: null })).toBeNull();
});

it.each([
  [['lfs.url\nhttps://a', 'remote.origin.lfsurl\nhttps://b'], 'https://a'],
  [['lfs.url\nhttps://a', 'lfs.url\nhttps://b'], 'https://b'],
  [['remote.x.lfsurl\nhttps://a', 'remote.origin.lfsurl\nhttps://b', 'remote.y.lfsurl\nhttps://c'], 'https://b'],
  [['remote.x.y.lfsurl\nhttps://a'], 'https://a'],
  [['lfs.pushurl\nhttps://a', 'remote.origin.lfspushurl\nhttps://b', 'lfs.https://c.access\nbasic'], null],
  [['lfs.url', 'lfs.url\n '], null],
  [[''], null],
])('takes of %j the address for downloads', (entries, address) => {
  expect(lfsDownloadServerIn(parseConfigList(entries.join('\0')))).toBe(address);
});

it('finds the address for downloads among all that it finds, whatever the file says', () => {
  const key = fc.constantFrom('lfs.url', 'lfs.pushurl', 'remote.origin.lfsurl', 'remote.\n.lfsurl', 'x.url');
  const entry = fc.tuple(key, fc.string({ unit: 'grapheme' })).map((pair) => pair.join('\n'));
  fc.assert(
    fc.property(fc.array(fc.oneof(entry, fc.string())), (entries) => {
      const listing = entries.join('\0');
      const [found, all] = [lfsDownloadServerIn(parseConfigList(listing)), lfsServersIn(parseConfigList(listing))];
      expect(found === null || all.includes(found)).toBe(true);
    }),
  );
});

it.each([
  ['https://lfs.example/store', 'lfs.example'],
  ['HTTP://LFS.Example:8080/', 'lfs.example:8080'],
  ['https://user:pass%40word@lfs.example/x', 'lfs.example'],
  ['https://user:p@ss@lfs.example', 'lfs.example'],
  ['https://[2001:db8::1]:8443/x', '[2001:db8::1]:8443'],
  ['https://bücher.example/x', 'xn--bcher-kva.example'],
  ['ssh://git@lfs.example:2222/a/b', 'lfs.example'],
  ['git+ssh://lfs.example/a', 'lfs.example'],
  ['git@LFS.example:a/b.git', 'lfs.example'],
])('shows of %s the host', (address, host) => {
  expect(lfsServerHost(address)).toBe(host);
});

it.each([
  'file:///mnt/lfs',
  '/srv/lfs',
  'C:\\lfs',
  'lfs.example',
  'https://',
  'https:///lfs.example/x',
  'https:lfs.example',
  'https://user:secret@',
  'https://user:secret@/x',
  'user:secret@lfs.example:x',
  'https://lfs.example\\@other.example/',
  'https://lfs\t.example/',
  'https://lfs.example/\u001b[31m',
  'https://lfs.exam\u202eple/',
  'https://<script>/',
  'ssh://-oProxyCommand=x y/',
  'javascript:alert(1)',
  'javascript://lfs.example/%0aalert(1)',
  'data:text/html,x@lfs.example:1',
  `https://${'a'.repeat(300)}.example/`,
  `https://lfs.example/${'a'.repeat(3000)}`,
  '',
])('shows no host of %j', (address) => {
  expect(lfsServerHost(address)).toBeNull();
});

it('never shows anything but a host, whatever stands there', () => {
  const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...'@:/\\[]?#% ', 'SECRET', 'lfs.example'));
  const scheme = fc.constantFrom('https://', 'http:', 'ssh://', 'git+ssh://', 'file://', 'git@', '');
  fc.assert(
    fc.property(scheme, fc.array(part), (start, parts) => {
      const host = lfsServerHost(start + parts.join(''));
      expect(host ?? 'a').toMatch(/^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]+\])(?::\d{1,5})?$/);
    }),
    { numRuns: 300 },
  );
});

it('never shows the user name or the password of a URL', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9!$&'()*+,;=._~@:-]{1,20}$/);
  fc.assert(
    fc.property(fc.constantFrom('https', 'http', 'ssh'), word, word, (scheme, user, password) => {
      expect(lfsServerHost(`${scheme}://${user}:${password}@lfs.example/x`)).toBe('lfs.example');
    }),
  );
});
