import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientGit, createFixture, mustGit, type ClientResult, type Fixture } from '../testing/fixture';
import { createProject } from '../testing/project';
import { startHttpHub, type HttpHub } from '../testing/http-hub';
import { newObject, type NewObject } from '../write/new-object';
import { quarantineObjects } from '../write/new-objects';
import { fsckSeverities } from './fsck-policy';

/**
 * Psf/requests, ohmyzsh, rails and git itself hold what git's checks call errors by default, and could not be pushed;
 * what hurts a client is refused under each of its names.
 */
let fixture: Fixture;
let hub: HttpHub;
let work: string;
let path: string;
let blob: string;
let tree: string;

beforeAll(async () => {
  fixture = await createFixture();
  hub = await startHttpHub(fixture);
  ({ work, path } = await createProject(fixture, hub.url, { files: ['a'] }));
  blob = store('blob', 'x');
  tree = await mustGit(work, 'rev-parse', 'HEAD^{tree}');
});
afterAll(async () => {
  await hub.close();
  await fixture.remove();
});

/** Writes an object as it is, whatever git thinks of it. */
function store(type: string, content: string | Buffer): string {
  const args = ['hash-object', '-t', type, '-w', '--stdin', '--literally'];
  return execFileSync('git', args, { cwd: work, input: content, encoding: 'utf8' }).trim();
}

const entry = (mode: string, name: string, oid: string) =>
  Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(oid, 'hex')]);
const treeOf = (...entries: Buffer[]) => store('tree', Buffer.concat(entries));
const PERSON = 'A <a@b.org> 1500000000 +0000';
const commit = (facts: { tree?: string; author?: string; message?: string }) =>
  store(
    'commit',
    `tree ${facts.tree ?? tree}\nauthor ${facts.author ?? PERSON}\ncommitter ${PERSON}\n\n${facts.message ?? 'x'}\n`,
  );
const tag = (rest: string, name = 't') => store('tag', `object ${blob}\ntype blob\ntag ${name}\n${rest}\nx\n`);

async function push(refs: Record<string, string>): Promise<ClientResult> {
  const specs = Object.entries(refs).map(([name, oid]) => `${oid}:refs/${name}`);
  return clientGit(work, ['push', '--quiet', 'origin', ...specs]);
}

/** Ref names cannot hold what stands in them. */
const numbered = (prefix: string, oids: string[]) =>
  Object.fromEntries(oids.map((oid, index) => [`${prefix}/${index}`, oid]));

it('takes people and dates as old tools wrote them, without a word', async () => {
  const people = [
    'A <a@b.org> 1313584730 +051800', // psf/requests, rails
    'A <a@b.org> 1287367363 -700', // php.vim
    'A <a@b.org> 1288373970 --700', // boto
    'A <a@b.org> 4294967336 -40643156', // weather_routing_pi
    'A <a@b.org> 18446744073709551615 +0000',
    'A <a@b.org> 99999999999999999999999 +0000',
    'A <a@b.org> -1 +0000',
    'A <a@b.org> 0123456789 +0000',
    'A <a@b.org> Thu Jul 14 2005',
    'A <a@b.org> 1500000000',
    'A <a@b.org>',
    'A <a@b.org>1500000000 +0000',
    'A<a@b.org> 1500000000 +0000',
    '<a@b.org> 1500000000 +0000',
    'A <<a@b.org>> 1500000000 +0000',
    'A > <a@b.org> 1500000000 +0000',
    'A <a@b.org 1500000000 +0000',
    'A 1500000000 +0000',
    '',
    `A <a@b.org> 1 +0000\nauthor ${PERSON}`,
  ];
  const result = await push(
    numbered(
      'heads/people',
      people.map((author) => commit({ author })),
    ),
  );
  expect(result).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

it('takes modes, messages and tags as old tools wrote them, without a word', async () => {
  const subtree = treeOf(entry('100644', 'x', blob));
  const trees = [
    entry('040000', 'd', subtree), // ohmyzsh, celery
    entry('100664', 'x', blob), // git itself
    entry('100600', 'x', blob),
    entry('0100644', 'x', blob),
    entry('120000', '.gitignore', blob),
    entry('120000', '.mailmap', blob),
  ];
  const commits = trees.map((each) => commit({ tree: treeOf(each) }));
  const tags = [
    tag(''),
    tag(`tagger ${PERSON}\n`, 'a..b'),
    tag(`tagger A <a@b.org>\n`),
    tag(`tagger ${PERSON}\nmore x\n`),
  ];
  const refs = { ...numbered('heads/modes', [...commits, commit({ message: 'a\0b' })]), ...numbered('tags/odd', tags) };
  expect(await push(refs)).toEqual({ exitCode: 0, stdout: '', stderr: '' });
});

describe('refuses what hurts clients', () => {
  /** By the same table as a push, without the cost of one. */
  const written = async (objects: [type: NewObject['type'], content: Buffer][]) => {
    const made = objects.map(([type, content]) => newObject('sha1', type, content));
    const quarantined = await quarantineObjects(fixture.home, { repositoryPath: path, format: 'sha1', objects: made });
    await quarantined.discard();
  };
  const X: [NewObject['type'], Buffer] = ['blob', Buffer.from('x')];
  const listing = (...entries: Buffer[]) => written([X, ['tree', Buffer.concat(entries)]]);

  it.each([
    ...[
      '.git',
      '.GIT',
      '.Git ',
      '.git.',
      '.git...',
      'git~1',
      'GIT~1',
      '.g\u200cit',
      '.gi\u200dt',
      '.git::$INDEX_ALLOCATION',
    ],
    ...['a\\.git\\b', '.git\\x', '.', '..', 'a/b'],
  ])('a file named %j', async (name) => {
    await expect(listing(entry('100644', name, blob))).rejects.toThrow(/hasDot|hasDotdot|hasDotgit|fullPathname/);
  });

  it.each([
    '.gitmodules',
    '.GITMODULES',
    '.gitmodules ',
    'gitmod~1',
    '.gitmodul\u200ces',
    '.gitattributes',
    'gitatt~1',
  ])('a symbolic link named %j', async (name) => {
    const link = listing(entry('120000', name, blob));
    await expect(link).rejects.toThrow(/gitmodulesSymlink|gitattributesSymlink/);
  });

  it.each([
    ['[submodule "a/../../b"]\n\tpath = p\n\turl = https://x/y', 'gitmodulesName'],
    ['[submodule "a"]\n\tpath = -p\n\turl = https://x/y', 'gitmodulesPath'],
    ['[submodule "a"]\n\tpath = p\n\turl = -u./payload', 'gitmodulesUrl'],
    ['[submodule "a"]\n\tpath = p\n\turl = "https://x/%0ahost=y"', 'gitmodulesUrl'],
    ['[submodule "a"]\n\tpath = p\n\turl = https://x/y\n\tupdate = !touch pwned', 'gitmodulesUpdate'],
  ])('a .gitmodules that says %j', async (text, id) => {
    const modules = newObject('sha1', 'blob', Buffer.from(text));
    const list = entry('100644', '.gitmodules', modules.oid);
    await expect(
      written([
        ['blob', Buffer.from(text)],
        ['tree', list],
      ]),
    ).rejects.toThrow(id);
  });

  it.each([
    ['duplicateEntries', ['x', 'x']],
    ['treeNotSorted', ['y', 'x']],
    ['badTree', ['']],
  ])('a directory with %s', async (id, names) => {
    await expect(listing(...names.map((name) => entry('100644', name, blob)))).rejects.toThrow(id);
  });

  it('a link to nothing, and attributes that overflow', async () => {
    await expect(listing(entry('160000', 'x', '0'.repeat(40)))).rejects.toThrow('nullSha1');
    const long = newObject('sha1', 'blob', Buffer.from(`${'a'.repeat(3_000)} text\n`));
    const list = entry('100644', '.gitattributes', long.oid);
    const content = Buffer.from(`${'a'.repeat(3_000)} text\n`);
    await expect(
      written([
        ['blob', content],
        ['tree', list],
      ]),
    ).rejects.toThrow('gitattributesLineLength');
  });

  it('in pushes too, whatever else they bring', async () => {
    const bad = commit({ tree: treeOf(entry('100644', '.GIT', blob)) });
    const { exitCode, stderr } = await push({ 'heads/bad': bad, 'heads/good': commit({}) });
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining('hasDotgit')]);
    expect((await push({ 'heads/bad': store('commit', `tree ${tree}\ncommitter ${PERSON}\n\nx\n`) })).stderr).toContain(
      'missingAuthor',
    );
  });
});

it('names each message in docs/history-checks.md, with what it means', async () => {
  const page = await readFile(join(__dirname, '../../../../docs/history-checks.md'), 'utf8');
  const named = new Map([...page.matchAll(/^\| `(\w+)` +\| (\w+)/gm)].map(([, id, answer]) => [id, answer]));
  expect(named).toEqual(new Map([...fsckSeverities([99, 0, 0])].map(([id, severity]) => [id, ANSWER[severity]])));
});
const ANSWER = { error: 'refused', warn: 'warned', ignore: 'taken' };
