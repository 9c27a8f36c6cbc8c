import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readHistory } from '@granary/git-process';
import { RepositoriesService, type Repository } from '../repositories';
import { readBlob, readCommitDiff, readTree } from '../browse';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { NewCommitsService } from '../pushes';
import { GitCommitReader } from './git-commit-reader';

jest.setTimeout(60_000);

let forge: ForgeFixture;
let repository: Repository;
let path: string;
let reader: GitCommitReader;

beforeAll(async () => {
  forge = await openForge();
  const alice = await forge.user('alice');
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: `odd-${randomUUID().slice(0, 8)}` });
  path = repositories.storage.pathOf(repository.id);
  reader = new GitCommitReader(repositories, {
    database: forge.database,
    news: forge.get(NewCommitsService),
  });
});
afterAll(() => forge.close());

function git(args: string[], input?: string | Buffer): string {
  const { stdout, stderr, status } = spawnSync('git', ['-C', path, ...args], { input, maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(stderr.toString());
  return stdout.toString().trim();
}

function commit(raw: { date?: string; person?: Buffer; message?: string; tree?: string; parent?: string }): string {
  const { date = '1700000000 +0000', message = 'x', parent } = raw;
  const tree = raw.tree ?? git(['mktree'], '');
  const person = raw.person ?? Buffer.from(`A <a@b.org> ${date}`);
  const text = Buffer.concat([
    Buffer.from(`tree ${tree}\n${parent ? `parent ${parent}\n` : ''}author `),
    ...[person, Buffer.from('\ncommitter '), person, Buffer.from(`\n\n${message}\n`)],
  ]);
  return git(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], text);
}

async function told(sha: string) {
  const { commits, total } = await reader.commitsBetween(repository.id, { before: null, after: sha, limit: 20 });
  return { commits, total, last: commits.at(-1) };
}

it.each([
  ['the epoch west of Greenwich', '0 -0500', '1969-12-31T19:00:00-05:00'],
  ['a zone that no clock has', '1700000000 +2500', '2023-11-14T22:13:20+00:00'],
  ['a zone of six digits', '1313584730 +051800', '2011-08-17T12:38:50+00:00'],
  ['a year of five digits', '999999999999 +0000', '9999-12-31T23:59:59+00:00'],
  ['no date', '', '1970-01-01T00:00:00+00:00'],
])('a commit with %s is told, on pages and to webhooks', async (_what, date, iso) => {
  const odd = commit({ date });
  const tip = commit({ parent: odd, message: 'an ordinary commit on top' });
  const { commits } = await told(tip);
  expect(commits.map(({ timestamp }) => timestamp)).toEqual([iso, '2023-11-14T22:13:20+00:00']);
  const page = await readHistory({ home: forge.git, path }, { sha: tip, path: '', page: 1, perPage: 30 });
  expect(page.commits.map(({ author }) => author.date)).toContain(iso);
});

it('a commit with a message of ten megabytes is told by its beginning', async () => {
  const { last } = await told(commit({ message: `Subject\n\n${'y'.repeat(10_000_000)}` }));
  expect(last).toMatchObject({ isMessageCut: true });
  expect(last?.message.startsWith('Subject\n\nyyy')).toBe(true);
});

it('an author that is no UTF-8 is told as in the encoding that holds any bytes', async () => {
  const { last } = await told(commit({ person: Buffer.from('J\xfcrgen <j@b.org> 1 +0000', 'latin1') }));
  expect(last?.author).toEqual({ name: 'Jürgen', email: 'j@b.org' });
});

/** Whether no character of it is halved. */
const isWhole = (text: string) => Buffer.from(text).toString() === text;

/** Text that turns around, moves the cursor, rings and hides, and characters of two halves. */
const HIDDEN = '\u202e\u2066\u200f\u0001\u0007\u001b[2J\u007f\u0085\ufeff😀';

it.each([
  ['hidden characters', HIDDEN],
  ['10,000 characters', 'ä😀'.repeat(3_334)],
  ['both', `${HIDDEN}${'x'.repeat(10_000)}${HIDDEN}`],
])('a commit with %s in names, message and paths is told alike on pages and to webhooks', async (_what, text) => {
  const at = { home: forge.git, path };
  const blob = git(['hash-object', '-w', '--stdin'], 'x');
  const name = `${text.replaceAll('/', '')}.txt`;
  const tree = git(['mktree', '-z'], `100644 blob ${blob}\t${name}\0`);
  const person = Buffer.from(`${text} <${text}@b.org> 1700000000 +0000`);
  const message = `${text}\n\n${text}\n\tlast`;
  const sha = commit({ tree, person, message });
  const { last } = await told(sha);
  const { commits } = await readHistory(at, { sha, path: '', page: 1, perPage: 9 });
  const diff = await readCommitDiff(at, sha, { offset: 0, limit: 9 });
  const { entries } = await readTree(at, { sha, path: '' });
  expect(last).toMatchObject({ author: { name: text, email: `${text}@b.org` }, message, added: [name] });
  expect(commits[0]).toMatchObject({ author: last?.author, message: last?.message });
  expect(diff.commit).toEqual(commits[0]);
  expect(diff.files.map(({ newPath }) => newPath)).toEqual([name]);
  expect(entries.map((entry) => entry.path)).toEqual([name]);
  // A heading is cut between characters, and nothing of it is lost.
  const { subject = '', body = '' } = commits[0] ?? {};
  expect([subject.length < 600, isWhole(subject), isWhole(body)]).toEqual([true, true, true]);
  expect((await readBlob(at, { sha, path: name })).text).toBe('x');
});

it('a commit that adds 5,000 files is told with 3,000 of them, and the next with all of its own', async () => {
  const blob = git(['hash-object', '-w', '--stdin'], 'x');
  const many = Array.from({ length: 5_000 }, (_, i) => `100644 blob ${blob}\tfile${i}\n`).join('');
  const first = commit({ tree: git(['mktree'], many) });
  const second = commit({ tree: git(['mktree'], `${many}100644 blob ${blob}\tone more\n`), parent: first });
  const { commits } = await told(second);
  expect(commits.map(({ added, arePathsCut }) => [added.length, arePathsCut])).toEqual([
    [3_000, true],
    [1, undefined],
  ]);
});

it('paths that are long are told up to a megabyte of a commit and eight of a push, and that there are more', async () => {
  const blob = git(['hash-object', '-w', '--stdin'], 'x');
  let tip: string | undefined;
  for (let round = 0; round < 9; round++) {
    const name = (i: number) => `${round}-${i}-${'ä\u0001'.repeat(250)}`;
    const files = Array.from({ length: 1_000 }, (_, i) => `100644 blob ${blob}\t${name(i)}\0`).join('');
    tip = commit({ tree: git(['mktree', '-z'], files), parent: tip });
  }
  const { commits } = await told(tip!);
  const sizes = commits.map(({ added, removed }) => Buffer.byteLength(JSON.stringify([added, removed])));
  expect(commits.every(({ arePathsCut }) => arePathsCut)).toBe(true);
  for (const sizeBytes of sizes) expect(sizeBytes).toBeLessThanOrEqual(1024 ** 2 + 100);
  expect(sizes.reduce((sum, sizeBytes) => sum + sizeBytes)).toBeLessThanOrEqual(8 * 1024 ** 2 + 1_000);
  expect(sizes.filter((sizeBytes) => sizeBytes > 500_000)).toHaveLength(8);
});

it('thirty commits of one push are thirty commits', async () => {
  let tip = commit({ message: 'base' });
  const base = tip;
  for (let i = 0; i < 30; i++) tip = commit({ parent: tip, message: `commit ${i}` });
  const { commits, total } = await reader.commitsBetween(repository.id, { before: base, after: tip, limit: 2_048 });
  expect([commits.length, total, commits[0]?.message]).toEqual([30, 30, 'commit 0']);
});
