import { lfsServerOnHub, lfsServersIn } from './lfs-config';

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
  expect(lfsServersIn(listing)).toEqual(hosts);
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
