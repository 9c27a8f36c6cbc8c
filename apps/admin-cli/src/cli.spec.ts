import { parseConfig } from '@granary/runtime';
import { HELP, runCli } from './cli';

/** A command line that must be answered without touching any hub. */
async function refuse(argv: string[], env: Record<string, string> = {}) {
  const said = { out: '', err: '' };
  const code = await runCli(argv, {
    readConfig: () => parseConfig(env),
    openHub: () => Promise.reject(new Error('a hub was opened')),
    readInput: () => Promise.resolve(''),
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
  });
  return { code, ...said };
}

it('lists each command that there is in its help', async () => {
  expect(await refuse(['--help'])).toEqual({ code: 0, out: HELP, err: '' });
  expect(await refuse(['help'])).toEqual({ code: 0, out: HELP, err: '' });
  expect(await refuse([])).toEqual({ code: 2, out: HELP, err: '' });
  const commands = [...HELP.matchAll(/^ {2}([a-z]+(?: [a-z]+){0,2})/gm)].map(([, name]) => name);
  expect(commands).toEqual([
    'user create',
    'user list',
    'user disable',
    'user enable',
    'user admin',
    'user password',
    'user delete',
    'token create',
    'token list',
    'token revoke',
    'repo list',
    'repo purge',
    'repo incomplete',
    'lfs gc',
    'lfs keeps',
    'lfs restore',
    'lfs scrub',
    'quota show',
    'quota set',
    'quota recount',
    'maintenance run',
    'audit list',
    'queue status',
    'lfs agent install',
    'doctor',
  ]);
});

it.each([
  [['doctor', '-h'], ['doctor']],
  [['help', 'doctor'], ['doctor']],
  [
    ['lfs', '--help'],
    ['lfs gc', 'lfs keeps', 'lfs restore', 'lfs scrub', 'lfs agent install'],
  ],
  [['lfs', 'gc', '--dry-run', '--help'], ['lfs gc']],
])('prints the part of its help that %j asks for', async (argv, names) => {
  const { code, out } = await refuse(argv);
  expect(code).toBe(0);
  expect([...out.matchAll(/^ {2}([a-z]+(?: [a-z]+){0,2})/gm)].map(([, name]) => name)).toEqual(names);
});

it('prints its version', async () => {
  expect(await refuse(['--version'])).toEqual({
    code: 0,
    out: expect.stringMatching(/^granary \d+\.\d+\.\d+\n$/),
    err: '',
  });
});

it.each([
  [['user', 'list', '--colour'], /there is no option --colour\nusage: granary user list/],
  [
    ['quota', 'set', 'admin', '--lfs-private', '-1GiB'],
    /--lfs-private does not take "-1GiB"\nusage: granary quota set/,
  ],
  [['audit', 'list', '--before', 'x'], /--before takes the id of an entry, a number/],
  [['backup'], /there is no command "backup"/],
  [['user'], /there is no command "user"/],
  [['user', 'remove', 'x'], /there is no command "user remove"/],
  [['user', 'create'], /usage: granary user create NAME/],
  [['user', 'create', 'a', 'b'], /usage: granary user create NAME/],
  [['maintenance', 'run', '--repository', 'alice'], /"alice" is no NAMESPACE\/NAME/],
  [['lfs', 'gc', '--repository', 'alice'], /"alice" is no NAMESPACE\/NAME/],
  [['lfs', 'keeps', 'abc'], /"abc" is no LFS oid: 64 lower-case hex digits/],
  [['lfs', 'restore', 'a'.repeat(64)], /--repository is missing/],
  [['user', 'delete', 'alice'], /confirm it with --yes/],
  [['token', 'revoke', 'alice'], /the id of one token, or --all/],
  [['token', 'revoke', 'alice', '3', '--all'], /the id of one token, or --all/],
  [['token', 'revoke', 'alice', 'x'], /"x" is no id of a token/],
  [['user', 'list', 'x'], /usage: granary user list$/m],
  [['lfs', 'agent', 'install', '--local', '--global'], /not both/],
  [['doctor', '--fast'], /there is no option --fast/],
  [['user', 'create', 'a', '--email'], /--email/],
  [
    ['token', 'create', 'alice', '--name', 'x', '--scopes', 'everything'],
    /"everything" is no scope; choose from repo:read/,
  ],
  [['token', 'create', 'alice', '--name', 'x'], /--scopes is missing/],
  [['token', 'create', 'alice', '--scopes', 'user'], /--name is missing/],
  [['token', 'create', 'alice', '--name', 'x', '--scopes', 'user', '--expires', '0'], /days from 1 to 3650/],
  [['token', 'create', 'alice', '--name', 'x', '--scopes', 'user', '--expires', 'never'], /days from 1 to 3650/],
  [['audit', 'list', '--since', 'yesterday'], /--since: since must be a date/],
  [['audit', 'list', '--repository', 'a/b/c'], /--repository: repository must be namespace\/name/],
  [['audit', 'list', '--limit', '0'], /--limit takes a number/],
  [['quota', 'show'], /usage: granary quota show NAMESPACE/],
  [['quota', 'set', 'alice'], /name at least one limit/],
  [['quota', 'set', 'alice', '--lfs-private', '10'], /--lfs-private takes a size with its unit/],
  [['quota', 'set', 'alice', '--git-public=-1GiB'], /--git-public takes a size with its unit/],
  [['quota', 'set', 'alice', '--repositories-public', 'NaN'], /--repositories-public takes a number/],
])('answers %j with status 2 and the reason', async (argv, reason) => {
  const { code, out, err } = await refuse(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(reason);
  expect(err).toMatch(/^granary: .*\nSee granary --help\.\n$/s);
});

it('tells a wrong environment in one line', async () => {
  const { code, err } = await refuse(['user', 'list'], { GRANARY_PORT: 'http' });
  expect(code).toBe(2);
  expect(err).toMatch(/^granary: GRANARY_PORT is "http"; accepted: [^\n]+\n$/);
});

it('tells programs what is wrong, as JSON', async () => {
  const { code, out, err } = await refuse(['user', 'list', 'x', '--json']);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(JSON.parse(err)).toEqual({ error: { code: 'usage', message: 'usage: granary user list' } });
});
