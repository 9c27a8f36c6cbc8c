import { runGit } from '@granary/git-process/testing';
import { repackFully } from '@granary/git-process';
import type { UpdatePushRules } from '@granary/api-contract';
import type { UserActor } from '../identity';
import { ProtectionsService, PushRulesService } from '../protection';
import { RefMovesService } from '../pushes';
import { QuotaReportService } from '../quotas';
import { type OpenRepository, RepositoriesService, RepositoryAccessService } from '../repositories';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { EditsService } from './edits.service';
import { GitDatabaseService } from './git-database.service';

const { signal } = new AbortController();
const ABSENT = '1'.repeat(40);
let forge: ForgeFixture;
let alice: UserActor;
let opened: OpenRepository;
let first: string;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
}, 60_000);
afterAll(() => forge.close());

beforeEach(async () => {
  const name = `r${serial++}`;
  const { id } = await forge.get(RepositoriesService).create(alice, { namespace: 'alice', name });
  const change = { kind: 'write' as const, path: 'a.txt', content: Buffer.from('a\n') };
  const place = { branch: 'main', parentOid: null, isNewBranch: true };
  first = (await forge.get(EditsService).commit(alice, id, { place, message: 'first', changes: [change] })).commitOid;
  await reopen(id);
});

async function reopen(id = opened.repository.id): Promise<void> {
  const found = await forge.get(RepositoryAccessService).byId(alice, id);
  if (!found) throw new Error('the repository is gone');
  opened = found;
}

const database = () => forge.get(GitDatabaseService);
const place = () => ({ actor: alice, opened, signal });
const path = () => forge.get(RepositoriesService).storage.pathOf(opened.repository.id);
const git = async (...args: string[]) =>
  (await runGit(forge.git, { repositoryPath: path(), args })).stdout.toString().trim();
const file = (name: string, content: string) => ({ path: name, mode: '100644', content });
const treeOf = (...entries: { path: string; mode: string; oid?: string | null; content?: string }[]) =>
  database().tree(place(), { baseTree: first, entries });
const commitOf = async (tree: Promise<string>, more = {}) =>
  database().commit(place(), { tree: await tree, parents: [first], message: 'second', ...more });
const makeRef = (ref: string, newOid: string, oldOid = '0'.repeat(40)) =>
  forge.get(RefMovesService).move({ actor: alice, opened, commands: [{ ref, oldOid, newOid }] });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  );
const size = async () => {
  await reopen();
  return opened.repository.gitSizeBytes;
};

it('makes a commit and a tag of single objects, which outlive maintenance until a ref is moved to them', async () => {
  const before = await size();
  const blob = await database().blob(place(), Buffer.from('\0binary\xff', 'latin1'));
  const tree = await treeOf(
    { path: 'bin/tool', mode: '100755', oid: blob },
    { path: 'bin/link', mode: '120000', content: 'tool' },
    { path: 'module', mode: '160000', oid: ABSENT },
    { path: 'copy', mode: '040000', oid: await git('rev-parse', `${first}^{tree}`) },
    { path: 'a.txt', mode: '100644', oid: null },
  );
  const author = {
    name: 'Ada',
    email: 'ada@example.com',
    date: new Date('2020-05-01T12:00:00+02:00'),
    timeZone: '+0200',
  };
  const commit = await commitOf(Promise.resolve(tree), { author, message: ' kept\n\nas  it is \n\n' });
  const tag = await database().tag(place(), { tag: 'v1', message: 'one', object: commit, type: 'commit' });
  expect(await size()).toBeGreaterThan(before);
  await repackFully(forge.git, { repositoryPath: path(), signal, now: new Date() });
  await makeRef('refs/heads/topic', commit);
  await makeRef('refs/tags/v1', tag);
  expect((await git('ls-tree', '-r', 'topic')).split('\n').map((line) => line.replace(/\t/, ' '))).toEqual([
    `120000 blob ${await git('rev-parse', 'topic:bin/link')} bin/link`,
    `100755 blob ${blob} bin/tool`,
    `100644 blob ${await git('rev-parse', `${first}:a.txt`)} copy/a.txt`,
    `160000 commit ${ABSENT} module`,
  ]);
  const text = await git('cat-file', 'commit', 'topic');
  expect(text).toContain(
    'author Ada <ada@example.com> 1588327200 +0200\ncommitter Ada <ada@example.com> 1588327200 +0200',
  );
  expect(
    (await runGit(forge.git, { repositoryPath: path(), args: ['cat-file', 'commit', commit] })).stdout.toString(),
  ).toMatch(/\n\n kept\n\nas {2}it is \n\n$/);
  expect(await git('rev-parse', 'v1^{commit}')).toBe(commit);
  expect(await git('fsck', '--strict', '--full')).not.toMatch(/error|missing/);
});

const SECRET = `AKIA${'QWERTYUIOPASDFGH'}`;
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 5\n`;
const LARGE = 'x'.repeat(5000);

it.each<[string, UpdatePushRules, string, string]>([
  ['a secret', { secret_scanning: 'block' }, `key = ${SECRET}\n`, 'AWS access key'],
  ['a pointer whose object nobody has', {}, POINTER, 'LFS'],
  ['a path that is forbidden', { forbidden_paths: ['*.txt'] }, 'b', 'b.txt'],
  ['a file that must be stored with LFS', { lfs_required_patterns: ['b.*'] }, LARGE, 'b.txt'],
  ['the e-mail address of a stranger', { commit_email_patterns: ['*@example.com'] }, 'b', 'users.noreply'],
])('refuses a ref to objects with %s as it refuses a push', async (_, rules, content, reason) => {
  // A pointer names an object only where the tree says that it is one.
  const attributes = content === POINTER ? [file('.gitattributes', 'b.txt filter=lfs\n')] : [];
  const commit = await commitOf(treeOf(file('b.txt', content), ...attributes));
  const tag = await database().tag(place(), { tag: 'v1', message: '', object: commit, type: 'commit' });
  await forge.get(PushRulesService).update(opened.repository.id, rules);
  for (const [ref, oid, old] of [
    ['refs/heads/topic', commit, undefined],
    ['refs/heads/main', commit, first],
    ['refs/tags/v1', tag, undefined],
  ] as const) {
    const answer = await codeOf(makeRef(ref, oid, old));
    expect(answer).toMatch(/^push_refused: /);
    expect(answer).toContain(reason);
  }
  expect(await git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

it('refuses a ref to a commit that takes such a file up again by its id alone', async () => {
  const blob = await database().blob(place(), Buffer.from(`key = ${SECRET}\n`));
  await forge.get(PushRulesService).update(opened.repository.id, { secret_scanning: 'block' });
  const place2 = { branch: 'main', parentOid: first, isNewBranch: false };
  const commit = await commitOf(treeOf({ path: 'deep/er/key', mode: '100644', oid: blob }));
  expect(await codeOf(makeRef('refs/heads/main', commit, first))).toMatch(/push_refused: [^]*deep\/er\/key/);
  const plain = { kind: 'write' as const, path: 'c.txt', content: Buffer.from('c\n') };
  await forge.get(EditsService).commit(alice, opened.repository.id, { place: place2, message: 'm', changes: [plain] });
});

it('judges a move to them by the protection of the ref, and takes a file that is too large nowhere', async () => {
  const commit = await commitOf(treeOf(file('b.txt', 'b')));
  const nobody = { role: null, users: [] };
  const rule = {
    kind: 'branch' as const,
    pattern: 'main',
    push: nobody,
    force_push: nobody,
    delete: nobody,
    enforce_admins: true,
    require_linear_history: false,
  };
  await forge.get(ProtectionsService).create(opened.repository.id, rule);
  expect(await codeOf(makeRef('refs/heads/main', commit, first))).toMatch(/^push_refused/);
  await forge.get(PushRulesService).update(opened.repository.id, { max_file_size_bytes: 1024 });
  expect(await codeOf(database().blob(place(), Buffer.from(LARGE)))).toMatch(/^push_refused: .*at most 1/);
  expect(await codeOf(treeOf(file('b.txt', LARGE)))).toMatch(/^push_refused/);
});

it('takes nothing that has no room, and leaves nothing of it', async () => {
  const report = forge.get(QuotaReportService);
  const before = await git('count-objects', '-v');
  await report.setLimits(opened.repository.namespaceId, { git_public_bytes: 1, git_private_bytes: 1 });
  await reopen();
  expect(await codeOf(database().blob(place(), Buffer.from('no room')))).toMatch(/^quota_exceeded: .*These objects/);
  expect(await git('count-objects', '-v')).toBe(before);
  await report.setLimits(opened.repository.namespaceId, { git_public_bytes: null, git_private_bytes: null });
});

const WRONG: [string, () => Promise<unknown>, RegExp][] = [
  ['a tree that is not there', () => commitOf(Promise.resolve(ABSENT)), /^invalid: tree 1+ does not exist/],
  ['a commit in the place of a tree', () => commitOf(Promise.resolve(first)), /is a commit, not a tree/],
  ['a parent that is not there', () => commitOf(treeOf(file('b', 'b')), { parents: [ABSENT] }), /parents 1+ does not/],
  ['a blob that is not there', () => treeOf({ path: 'b', mode: '100644', oid: ABSENT }), /tree.sha 1+ does not exist/],
  ['a base that is not there', () => database().tree(place(), { baseTree: ABSENT, entries: [] }), /base_tree 1+/],
  ['.git', () => treeOf(file('x/.GIT/config', 'b')), /^invalid: .*belongs to Git/],
  ['a path twice', () => treeOf(file('b', 'b'), file('b/c', 'c')), /named twice/],
  [
    'a path to remove that is not there',
    () => treeOf({ path: 'z', mode: '100644', oid: null }),
    /z is not in the base/,
  ],
  [
    'a link to .gitmodules',
    () => treeOf({ path: '.gitmodules', mode: '120000', content: 'x' }),
    /^invalid: Git does not/,
  ],
  [
    'a tag without a name',
    () => database().tag(place(), { tag: 'a..b', message: '', object: first, type: 'commit' }),
    /no tag name/,
  ],
  ['NUL in a message', () => commitOf(treeOf(file('b', 'b')), { message: 'a\0b' }), /NUL/],
];

it('refuses what is no object, or names none', async () => {
  for (const [what, work, reason] of WRONG)
    expect([what, await codeOf(work())]).toEqual([what, expect.stringMatching(reason)]);
});

it('says of a repository without commits that it is empty', async () => {
  const { id } = await forge.get(RepositoriesService).create(alice, { namespace: 'alice', name: `e${serial++}` });
  await reopen(id);
  expect(await codeOf(database().blob(place(), Buffer.from('x')))).toMatch(/^conflict: Git Repository is empty/);
});
