import { createHash } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startHub, WorkTree, workspace, type Actor, type GitUser, type Hub } from '../support';
import { SshActor } from '../support/ssh';

let hub: Hub;
let alice: Actor;
let mallory: Actor;
let overSsh: SshActor;

beforeAll(async () => {
  hub = await startHub();
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
  overSsh = await SshActor.create(alice);
});

type Rules = Record<string, unknown>;
const MIB = 1024 ** 2;

/** A repository of `who`'s with a pushed main and these rules. */
async function ruled(name: string, rules: Rules, who: GitUser = alice, owner: Actor = alice) {
  const path = `${owner.name}/${name}`;
  const tree = await WorkTree.create(who, path);
  await tree.ok('push', '-q', 'origin', 'main');
  const answer = await owner.api('PATCH', `/api/v3/repos/${path}/push-rules`, rules);
  expect(answer.status).toBe(200);
  return tree;
}

/** What the hub says to the push of the tree's HEAD, and that nothing has moved. */
async function refusalOf(tree: WorkTree): Promise<string> {
  const before = await tree.ok('ls-remote', 'origin');
  const refused = await tree.push('HEAD:main');
  expect(refused.code).not.toBe(0);
  expect(await tree.ok('ls-remote', 'origin')).toBe(before);
  return WorkTree.remoteText(refused);
}

const TOKEN = `glpat-${'a1B2c3D4e5F6g7H8i9J0'}`;

describe.each([
  ['http', () => alice as GitUser],
  ['ssh', () => overSsh as GitUser],
])('over %s', (transport, who) => {
  it.each<[string, Rules, Record<string, string>, string[]]>([
    [
      'a large file, with the way into LFS',
      { max_file_size_bytes: 5000 },
      { 'media/big file.bin': 'x'.repeat(6000), 'media/b.bin': 'y'.repeat(5001) },
      [
        '2 files are larger than 4.9 KiB',
        'media/big file.bin (5.9 KiB)',
        'git lfs migrate import --include="media/b.bin"',
      ],
    ],
    [
      'a file that must be LFS by its pattern',
      { lfs_required_patterns: ['*.psd', 'media/'] },
      { 'a/b.psd': 'small', 'media/x.png': 'small', 'ok.txt': 'small' },
      ['2 files are to be kept in Git LFS', 'a/b.psd', 'media/x.png', 'git lfs track "*.psd" "media/**"'],
    ],
    [
      'a file that must be LFS by its size',
      { lfs_required_size_bytes: 2000 },
      { 'a.txt': 'z'.repeat(2001) },
      ['1 file is to be kept in Git LFS', 'a.txt (2.0 KiB)', 'git lfs migrate import --include="a.txt"'],
    ],
    [
      'a forbidden path',
      { forbidden_paths: ['.env', '**/node_modules/'] },
      { 'deep/.env': 'A=1\n', 'a/node_modules/x/y.js': '1\n' },
      ['2 files are not accepted', 'deep/.env', 'a/node_modules/x/y.js'],
    ],
    [
      'an e-mail address of elsewhere',
      { commit_email_patterns: ['*@corp.example'] },
      { 'a.txt': 'a' },
      ['alice@example.com', '*@corp.example', 'git config user.email'],
    ],
    [
      'a secret, where the repository blocks them, without showing it',
      { secret_scanning: 'block' },
      { 'conf/app.yml': `one\ntwo\ntoken: ${TOKEN}\n` },
      ['conf/app.yml, line 3: GitLab token', 'revoke it'],
    ],
    [
      'a commit of too many files',
      { max_tree_paths: 3 },
      { a: '1', b: '2', 'c/d': '3' },
      ['lists 5 files and directories'],
    ],
    ['too much at once', { max_push_size_bytes: MIB }, { zeros: '\0'.repeat(2 * MIB) }, ['larger than 1.0 MiB']],
  ])('refuses %s', async (what, rules, files, texts) => {
    const name = `${transport}-${createHash('sha1').update(what).digest('hex').slice(0, 8)}`;
    const tree = await ruled(name, rules, who());
    await tree.commit(files);
    const text = await refusalOf(tree);
    for (const part of texts) expect(text).toContain(part);
    expect(text).not.toContain(TOKEN);
  });

  it('tells every reason at once', async () => {
    const rules = { max_file_size_bytes: 5000, forbidden_paths: ['*.exe'], commit_email_patterns: ['*@corp.example'] };
    const tree = await ruled(`${transport}-reasons`, rules, who());
    await tree.commit({ 'a.bin': 'x'.repeat(6000) });
    await tree.commit({ 'b.exe': 'x' });
    const text = await refusalOf(tree);
    for (const part of ['a.bin (5.9 KiB)', 'b.exe', 'alice@example.com']) expect(text).toContain(part);
  });

  it('finds what a later commit of the same push takes out again', async () => {
    const tree = await ruled(`${transport}-hidden`, { forbidden_paths: ['*.key'], max_file_size_bytes: 5000 }, who());
    await tree.commit({ 'a.key': 'k', 'big.bin': 'x'.repeat(6000) });
    await tree.ok('rm', '-q', 'a.key', 'big.bin');
    await tree.commit();
    const text = await refusalOf(tree);
    expect(text).toContain('a.key');
    expect(text).toContain('big.bin');
  });
});

it('asks nothing of what was there before the rule', async () => {
  const tree = await ruled('older', {});
  await tree.commit({ 'old.exe': 'x'.repeat(9000), 'dir/old.exe': 'y' });
  await tree.ok('push', '-q', 'origin', 'main');
  await alice.api('PATCH', '/api/v3/repos/alice/older/push-rules', {
    forbidden_paths: ['*.exe'],
    max_file_size_bytes: 5000,
    lfs_required_patterns: ['*.exe'],
  });
  await tree.commit({ 'new.txt': 'n', 'dir/new.txt': 'n' });
  expect((await tree.push('main')).code).toBe(0);
  await tree.ok('mv', 'dir', 'moved');
  await tree.commit();
  expect(await refusalOf(tree)).toContain('moved/old.exe');
});

it('warns of a secret unless told otherwise, and takes the push', async () => {
  const tree = await ruled('warned', {});
  const { token } = alice;
  await tree.commit({ 'notes.txt': `${token}\n`, 'blob.bin': Buffer.from(`\0${token}`) });
  const pushed = await tree.push('main');
  expect(pushed.code).toBe(0);
  const text = WorkTree.remoteText(pushed);
  expect(text).toContain('Warning: this looks like a secret');
  expect(text).toContain('notes.txt, line 1: Granary token');
  expect(text).not.toContain('blob.bin');
  expect(pushed.stderr).not.toContain(token);
  await alice.api('PATCH', '/api/v3/repos/alice/warned/push-rules', { secret_scanning: 'off' });
  await tree.commit({ 'again.txt': `${token}\n` });
  expect(WorkTree.remoteText(await tree.push('main'))).toBe('');
});

it('takes pointers where LFS is asked for, and refuses those whose object is missing', async () => {
  const tree = await ruled('pointers', { lfs_required_patterns: ['*.psd'], lfs_required_size_bytes: 2000 });
  await tree.ok('lfs', 'install', '--local');
  await tree.ok('lfs', 'track', '*.psd');
  await tree.commit({ 'a.psd': 'p'.repeat(5000), 'empty.psd': '' });
  expect((await tree.push('main')).code).toBe(0);
  const oid = createHash('sha256').update('never uploaded').digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 14\n`;
  const blob = await tree.hashObject('blob', pointer);
  await tree.ok('update-index', '--add', '--cacheinfo', `100644,${blob},lost.psd`);
  await tree.ok('commit', '-q', '-m', 'lost');
  const refused = await tree.git('-c', 'core.hooksPath=/nonexistent', 'push', 'origin', 'main');
  expect(refused.code).not.toBe(0);
  expect(WorkTree.remoteText(refused)).toContain(`lost.psd (${oid.slice(0, 12)})`);
});

describe('against mallory', () => {
  const bomb = (name: string) => ruled(name, {}, mallory, mallory);

  it('stands a gibibyte of zeros in a small pack', async () => {
    const tree = await bomb('zeros');
    // Sparse on disk, and a megabyte as an object.
    const zeros = join(workspace('zeros'), 'zeros');
    writeFileSync(zeros, '');
    truncateSync(zeros, 1024 * MIB);
    const blob = await tree.ok('hash-object', '-w', '--no-filters', zeros);
    await tree.ok('update-index', '--add', '--cacheinfo', `100644,${blob},zeros`);
    await tree.ok('commit', '-q', '-m', 'bomb');
    expect(await refusalOf(tree)).toContain('A file of this push has 1.0 GiB');
  });

  it('stands a tree of a billion paths in a few objects', async () => {
    const tree = await bomb('paths');
    const blob = await tree.hashObject('blob', 'x');
    let level = await tree.mktree(Array.from({ length: 100 }, (_, n) => `100644 blob ${blob}\tf${n}`));
    for (let depth = 0; depth < 4; depth++) {
      level = await tree.mktree(Array.from({ length: 100 }, (_, n) => `040000 tree ${level}\td${n}`));
    }
    const commit = await tree.ok('commit-tree', level, '-p', 'HEAD', '-m', 'bomb');
    await tree.ok('update-ref', 'refs/heads/bomb', commit);
    const refused = await tree.push('bomb');
    expect(refused.code).not.toBe(0);
    expect(WorkTree.remoteText(refused)).toMatch(/lists 1\d{10} files and directories; at most 1000000 are accepted/);
    expect((await fetch(`${hub.url}/health/live`)).status).toBe(200);
  });

  it('stands one that holds no file at all, and one behind a tag', async () => {
    const tree = await bomb('hollow');
    let level = await tree.hashObject('tree', '');
    for (let depth = 0; depth < 6; depth++) {
      level = await tree.mktree(Array.from({ length: 100 }, (_, n) => `040000 tree ${level}\td${n}`));
    }
    await tree.ok('tag', '-a', 'hollow', level, '-m', 'bomb');
    const refused = await tree.push('hollow');
    expect(refused.code).not.toBe(0);
    expect(WorkTree.remoteText(refused)).toContain('files and directories');
  });

  it('finds a large file that no commit names', async () => {
    const tree = await ruled('smuggled', { max_file_size_bytes: 5000 }, mallory, mallory);
    const blob = await tree.hashObject('blob', 'x'.repeat(6000));
    await tree.ok('tag', 'smuggled', blob);
    const refused = await tree.push('smuggled');
    expect(refused.code).not.toBe(0);
    expect(WorkTree.remoteText(refused)).toContain(`blob ${blob} (5.9 KiB)`);
  });
});
