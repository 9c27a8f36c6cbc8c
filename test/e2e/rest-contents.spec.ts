import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Octokit } from '@octokit/rest';
import { Client } from 'pg';
import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { startDatabase } from '../support/database';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
let database: Client;
let stopDatabase: () => Promise<void>;

beforeAll(async () => {
  const { url, stop } = await startDatabase();
  hub = await startHub({ ssh: false, env: { DATABASE_URL: url } });
  database = new Client({ connectionString: url });
  await database.connect();
  stopDatabase = async () => {
    await database.end();
    await hub.destroy();
    await stop();
  };
  [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
});
afterAll(() => stopDatabase());

const client = (actor: Actor) =>
  new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: actor.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });
const octokit = (actor: Actor) => client(actor).repos;

const base64 = (text: string) => Buffer.from(text).toString('base64');
const decoded = (data: unknown) => Buffer.from((data as { content: string }).content, 'base64').toString();
const at = (repo: string) => ({ owner: 'alice', repo });

it('makes the first commit of an empty repository, changes the file and deletes it', async () => {
  const full = await alice.createRepository('life');
  const api = octokit(alice);
  const file = { ...at('life'), path: 'docs/wörter.md' };
  await expect(api.getContent(file)).rejects.toMatchObject({ status: 404 });

  const created = await api.createOrUpdateFileContents({ ...file, message: 'Begin', content: base64('one\n') });
  expect(created.status).toBe(201);
  expect(created.data.content).toMatchObject({ name: 'wörter.md', path: file.path, type: 'file', size: 4 });
  expect(created.data.commit).toMatchObject({
    message: 'Begin',
    author: { name: 'alice', email: 'alice@example.com' },
    committer: { name: 'alice', email: 'alice@example.com' },
    parents: [],
  });
  const { data } = await api.getContent(file);
  expect(data).toMatchObject({ type: 'file', encoding: 'base64', sha: created.data.content?.sha, size: 4 });
  expect(decoded(data)).toBe('one\n');

  const sha = created.data.content?.sha ?? '';
  const changed = await api.createOrUpdateFileContents({ ...file, message: 'Go on', content: base64('two\n'), sha });
  expect(changed.status).toBe(200);
  const clone = await WorkTree.clone(alice, full);
  expect(readFileSync(join(clone.cwd, 'docs/wörter.md'), 'utf8')).toBe('two\n');
  expect(await clone.ok('log', '--format=%s <%ae> <%ce>')).toBe(
    'Go on <alice@example.com> <alice@example.com>\nBegin <alice@example.com> <alice@example.com>',
  );
  await clone.ok('fsck', '--strict');

  const gone = await api.deleteFile({ ...file, message: 'End', sha: changed.data.content?.sha ?? '' });
  expect(gone.data).toMatchObject({ content: null, commit: { message: 'End' } });
  await clone.ok('pull', '-q');
  expect(await clone.ok('ls-tree', '-r', '--name-only', 'HEAD')).toBe('');
});

it('asks for the sha of what it replaces, and refuses one that is out of date', async () => {
  await alice.createRepository('careful', { auto_init: true });
  const api = octokit(alice);
  const file = { ...at('careful'), path: 'README.md', message: 'x', content: base64('mine\n') };
  await expect(api.createOrUpdateFileContents(file)).rejects.toMatchObject({ status: 422 });
  const stale = 'ab'.repeat(20);
  await expect(api.createOrUpdateFileContents({ ...file, sha: stale })).rejects.toMatchObject({
    status: 409,
    response: { data: { message: `README.md does not match ${stale}` } },
  });
  await expect(api.deleteFile({ ...at('careful'), path: 'README.md', message: 'x', sha: stale })).rejects.toMatchObject(
    { status: 409 },
  );
  await expect(api.deleteFile({ ...at('careful'), path: 'none', message: 'x', sha: stale })).rejects.toMatchObject({
    status: 404,
  });
  await expect(api.createOrUpdateFileContents({ ...file, path: 'new', branch: 'no-such' })).rejects.toMatchObject({
    status: 404,
  });
  await expect(api.createOrUpdateFileContents({ ...file, path: 'new', content: '%%%' })).rejects.toMatchObject({
    status: 422,
  });
  expect((await api.listCommits(at('careful'))).data).toHaveLength(1);
});

it('lets one of many that write at once win at a time, and loses no commit that it acknowledged', async () => {
  const full = await alice.createRepository('race', { auto_init: true });
  const answers = await Promise.allSettled(
    Array.from({ length: 8 }, (_, n) =>
      octokit(alice).createOrUpdateFileContents({
        ...at('race'),
        path: `f${n}`,
        message: `add ${n}`,
        content: base64(`${n}`),
      }),
    ),
  );
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as object] : []));
  const made = answers.length - refused.length;
  expect(made).toBeGreaterThan(0);
  for (const reason of refused) expect(reason).toMatchObject({ status: 409 });
  const clone = await WorkTree.clone(alice, full);
  expect(await clone.count()).toBe(made + 1);
  expect((await clone.ok('ls-files')).split('\n')).toHaveLength(made + 1);
});

it('shows directories, links, submodules, large files and LFS pointers as GitHub does', async () => {
  const oid = 'cd'.repeat(32);
  const tree = await WorkTree.create(alice, 'alice/kinds', {
    files: { 'src/a.txt': 'a', 'src/deep/b.txt': 'b', 'big.bin': Buffer.alloc(1024 * 1024 + 1), 'README.md': '# hi\n' },
  });
  await tree.ok('update-index', '--add', '--cacheinfo', `160000,${await tree.tip()},module`);
  const target = await tree.hashObject('blob', 'src/a.txt');
  const nowhere = await tree.hashObject('blob', '../outside');
  await tree.ok('update-index', '--add', '--cacheinfo', `120000,${target},link`);
  await tree.ok('update-index', '--add', '--cacheinfo', `120000,${nowhere},lost`);
  await tree.ok('commit', '-q', '-m', 'links');
  await tree.ok('push', '-q', 'origin', 'main');
  const api = octokit(alice);
  const get = async (path: string, more = {}) => (await api.getContent({ ...at('kinds'), path, ...more })).data;

  const listing = (await get('')) as { name: string; type: string }[];
  expect(Object.fromEntries(listing.map(({ name, type }) => [name, type]))).toEqual({
    'README.md': 'file',
    'big.bin': 'file',
    link: 'symlink',
    lost: 'symlink',
    module: 'file',
    src: 'dir',
  });
  expect(await get('src')).toEqual([
    expect.objectContaining({ name: 'deep', type: 'dir', path: 'src/deep' }),
    expect.objectContaining({ name: 'a.txt', type: 'file', path: 'src/a.txt', size: 1 }),
  ]);
  expect(await get('link')).toMatchObject({ type: 'file', path: 'link', size: 1, content: 'YQ==\n' });
  expect(await get('lost')).toMatchObject({ type: 'symlink', target: '../outside' });
  expect(await get('module')).toMatchObject({ type: 'submodule', sha: await tree.tip('HEAD~') });
  expect(await get('big.bin')).toMatchObject({ type: 'file', content: '', encoding: 'none', size: 1024 * 1024 + 1 });
  expect(await get('src/a.txt', { mediaType: { format: 'raw' } })).toBe('a');
  expect(await get('src', { mediaType: { format: 'object' } })).toMatchObject({ type: 'dir', entries: [{}, {}] });
  expect(await get('src/a.txt', { ref: 'heads/main' })).toMatchObject({ path: 'src/a.txt' });
  expect(decoded((await api.getReadme(at('kinds'))).data)).toBe('# hi\n');
  for (const path of ['none', 'link/x', '../x', 'src/../src']) {
    await expect(get(encodeURIComponent(path))).rejects.toMatchObject({ status: 404 });
  }
  await expect(get('src', { ref: 'none' })).rejects.toMatchObject({ status: 404 });

  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n`;
  const attributes = base64('*.bin filter=lfs -text\n');
  await api.createOrUpdateFileContents({ ...at('kinds'), path: '.gitattributes', message: 'a', content: attributes });
  const put = { ...at('kinds'), path: 'x.bin', message: 'x', content: base64(pointer) };
  // The judge of pushes sees it: there is no such object.
  await expect(api.createOrUpdateFileContents(put)).rejects.toMatchObject({ status: 403 });
});

it('says of a file on another LFS server where it is, wherever it is shown', async () => {
  await alice.createRepository('afar', { visibility: 'public' });
  const oid = 'ef'.repeat(32);
  const tree = await WorkTree.create(alice, 'alice/afar', {
    files: {
      '.gitattributes': '*.bin filter=lfs -text\n',
      '.lfsconfig': '[lfs]\n\turl = https://user:hunter2@lfs.example/store\n',
    },
  });
  await tree.commit({ 'x.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 12345\n` });
  await tree.ok('push', '-q', '--no-verify', 'origin', 'main');
  const elsewhere = { host: 'lfs.example', repository: null };
  const lfs = { oid, size: 12345, present: false, elsewhere };
  const get = async (path: string) => (await octokit(alice).getContent({ ...at('afar'), path })).data;
  expect(await get('x.bin')).toMatchObject({ lfs });
  expect(await get('')).toContainEqual(expect.objectContaining({ name: 'x.bin', lfs }));
  const info = await alice.api('GET', '/api/v3/repos/alice/afar/archive/info');
  expect(info.body).toMatchObject({ missing_lfs_files: 1, missing_lfs_elsewhere: elsewhere });

  const view = async (path: string) => {
    const answer = await fetch(`${hub.url}/alice/afar${path}`);
    const text = await answer.text();
    expect(text).not.toMatch(/hunter2|LFS missing/);
    return [answer.status, text] as const;
  };
  const told = expect.stringMatching(/x\.bin.*another LFS server, lfs\.example\.\s.*git lfs pull/s);
  expect(await view('/-/raw/main/x.bin')).toEqual([404, told]);
  expect(await view('/-/archive/main.zip')).toEqual([409, told]);
  expect(await view('/-/raw/main/x.bin?lfs=false')).toEqual([200, expect.stringContaining(oid)]);
  const shown = expect.stringMatching(/another LFS server, lfs\.example.*LFS elsewhere/s);
  for (const page of ['', '/-/blob/main/x.bin', `/-/commit/${await tree.tip()}`]) {
    expect(await view(page)).toEqual([200, shown]);
  }
});

it('hands out trees and blobs', async () => {
  const tree = await WorkTree.create(alice, 'alice/objects', { files: { 'a/b/c': 'deep\n', top: 'top\n' } });
  await tree.ok('push', '-q', 'origin', 'main');
  const { git } = client(alice);
  const root = await tree.tip('HEAD^{tree}');
  const flat = await git.getTree({ ...at('objects'), tree_sha: await tree.tip() });
  expect(flat.data).toMatchObject({ sha: root, truncated: false });
  expect(flat.data.tree.map(({ path }) => path)).toEqual(['a', 'top']);
  const whole = await git.getTree({ ...at('objects'), tree_sha: 'main', recursive: '1' });
  expect(whole.data.tree.map(({ path, type }) => `${type} ${path}`)).toEqual([
    'tree a',
    'tree a/b',
    'blob a/b/c',
    'blob top',
  ]);
  const sha = await tree.tip('HEAD:a/b/c');
  const { data } = await git.getBlob({ ...at('objects'), file_sha: sha });
  expect(data).toMatchObject({ sha, size: 5, encoding: 'base64' });
  expect(decoded(data)).toBe('deep\n');
  await expect(git.getBlob({ ...at('objects'), file_sha: root })).rejects.toMatchObject({ status: 404 });
  await expect(git.getBlob({ ...at('objects'), file_sha: '--batch' })).rejects.toMatchObject({ status: 404 });
});

it('works in a repository of SHA-256', async () => {
  await alice.createRepository('wide', { object_format: 'sha256', auto_init: true });
  const file = { ...at('wide'), path: 'a/b', message: 'x', content: base64('x') };
  const { data } = await octokit(alice).createOrUpdateFileContents(file);
  expect(data.commit.sha).toMatch(/^[0-9a-f]{64}$/);
  const [wide, plain] = await Promise.all(['wide', 'objects'].map((repo) => octokit(alice).get(at(repo))));
  expect([wide?.data, plain?.data]).toMatchObject([{ object_format: 'sha256' }, { object_format: 'sha1' }]);
  const clone = await WorkTree.clone(alice, 'alice/wide');
  await clone.ok('fsck', '--strict');
});

describe('is judged as a push is', () => {
  const put = (actor: Actor, repo: string, path: string, text = 'x') =>
    actor.api<{ message: string }>('PUT', `/api/v3/repos/alice/${repo}/contents/${encodeURIComponent(path)}`, {
      message: 'x',
      content: base64(text),
    });

  beforeAll(async () => {
    await alice.createRepository('ruled', { auto_init: true });
    await alice.api('PUT', '/api/v3/repos/alice/ruled/collaborators/bob', { permission: 'push' });
  });

  it('by protections', async () => {
    const protection = { pattern: 'main', push: { role: 'admin', users: [] } };
    const { body } = await alice.api<{ id: number }>('POST', '/api/v3/repos/alice/ruled/protections', protection);
    const refused = await put(bob, 'ruled', 'f');
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('protected branch') } });
    await alice.api('DELETE', `/api/v3/repos/alice/ruled/protections/${body.id}`);
    expect((await put(bob, 'ruled', 'f')).status).toBe(201);
  });

  it('by rules', async () => {
    const rules = { forbidden_paths: ['*.exe'], max_file_size_bytes: 2048, secret_scanning: 'block' };
    await alice.api('PATCH', '/api/v3/repos/alice/ruled/push-rules', rules);
    expect((await put(bob, 'ruled', 'a/b.exe')).body.message).toContain('a/b.exe');
    expect((await put(bob, 'ruled', 'long', 'x'.repeat(2049))).body.message).toContain('long');
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    expect((await put(bob, 'ruled', 'env', secret)).status).toBe(403);
    expect((await put(bob, 'ruled', 'fine')).status).toBe(201);
  });

  it('by the locks of others', async () => {
    const locks = '/alice/ruled.git/info/lfs/locks';
    expect((await bob.api('POST', locks, { path: 'scene.blend' })).status).toBe(201);
    const refused = await put(alice, 'ruled', 'scene.blend');
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('locked by bob') } });
    expect((await put(bob, 'ruled', 'scene.blend')).status).toBe(201);
  });

  it('by the quota', async () => {
    await alice.createRepository('full', { auto_init: true });
    const quota = (bytes: number | null) =>
      database.query(`UPDATE namespaces SET limits = $1 WHERE name = 'alice'`, [
        bytes === null ? {} : { git_private_bytes: bytes, git_public_bytes: bytes },
      ]);
    await quota(1);
    try {
      expect(await put(alice, 'full', 'f')).toMatchObject({ status: 507 });
    } finally {
      await quota(null);
    }
    expect((await put(alice, 'full', 'f')).status).toBe(201);
  });

  it.each([
    '../x',
    '.git/config',
    '.GIT/hooks/x',
    'a/.git./x',
    'a//b',
    'git~1/x',
    'a\\..\\b',
    '.g\u200cit/config',
    'a\nb',
    './x',
  ])('and takes no file at %j', async (path) => {
    expect(await put(alice, 'ruled', path)).toMatchObject({ status: 422 });
  });

  it('and only from those who may write', async () => {
    expect((await put(mallory, 'ruled', 'f')).status).toBe(404);
    await alice.api('PUT', '/api/v3/repos/alice/ruled/collaborators/mallory', { permission: 'pull' });
    expect((await put(mallory, 'ruled', 'm')).status).toBe(403);
    const remove = { message: 'x', sha: 'ab'.repeat(20) };
    expect((await mallory.api('DELETE', '/api/v3/repos/alice/ruled/contents/f', remove)).status).toBe(403);
  });
});
