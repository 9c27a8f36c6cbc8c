import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callApi, runOk, startHub, workspace, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let mallory: Actor;
let tree: string;
const weights = randomBytes(2_500_000);

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
  tree = join(workspace('archive'), 'tree');
  mkdirSync(join(tree, 'deep/er'), { recursive: true });
  const git = (...args: string[]) => alice.gitOk(args, { cwd: tree });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  await git('lfs', 'track', '*.bin');
  writeFileSync(join(tree, 'weights.bin'), weights);
  writeFileSync(join(tree, 'deep/er/copy.bin'), weights);
  writeFileSync(join(tree, 'run.sh'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(tree, 'version.txt'), '$Format:%H$\n');
  writeFileSync(join(tree, 'private.txt'), 'not for archives\n');
  writeFileSync(join(tree, 'ünï cödé.txt'), 'unicode\n');
  // Shaped like a pointer, but no attribute marks it.
  const oid = createHash('sha256').update(weights).digest('hex');
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${weights.length}\n`;
  writeFileSync(join(tree, 'sample.pointer'), pointer);
  symlinkSync('run.sh', join(tree, 'link'));
  writeFileSync(
    join(tree, '.gitattributes'),
    '*.bin filter=lfs diff=lfs merge=lfs -text\nversion.txt export-subst\nprivate.txt export-ignore\n',
  );
  await git('add', '-A');
  await git('commit', '-q', '-m', 'everything an archive can hold');
  await git('branch', 'feature/one');
  await git('remote', 'add', 'origin', alice.remote('alice/data'));
  await git('push', '-q', 'origin', 'main', 'feature/one');
});

async function download(path: string, headers: Record<string, string> = { authorization: `Bearer ${alice.token}` }) {
  const answer = await fetch(`${hub.url}/alice/data/-/archive/${path}`, { headers });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

/** Unpacks into a new directory. @returns the single directory at the top. */
async function unpack(bytes: Buffer, format: 'zip' | 'tar.gz') {
  const cwd = workspace('unpacked');
  writeFileSync(join(cwd, `archive.${format}`), bytes);
  if (format === 'zip')
    await runOk('unzip', ['-q', 'archive.zip'], { cwd, env: { ...process.env, LC_ALL: 'C.UTF-8' } });
  else await runOk('tar', ['-xzf', 'archive.tar.gz'], { cwd });
  rmSync(join(cwd, `archive.${format}`));
  const [top, ...others] = readdirSync(cwd);
  expect(others).toEqual([]);
  return join(cwd, top ?? '');
}

/** What `git archive` makes of the commit, its pointers smudged by git-lfs. */
async function reference() {
  const cwd = workspace('reference');
  await alice.gitOk(['archive', '--format=tar', '-o', join(cwd, 'a.tar'), 'HEAD'], { cwd: tree });
  await runOk('tar', ['-xf', 'a.tar'], { cwd });
  rmSync(join(cwd, 'a.tar'));
  return cwd;
}

it.each(['zip', 'tar.gz'] as const)('gives in a %s what git archive and git-lfs give together', async (format) => {
  const { status, bytes } = await download(`main.${format}`);
  expect(status).toBe(200);
  const unpacked = await unpack(bytes, format);
  await runOk('diff', ['-r', '--no-dereference', await reference(), unpacked]);
  expect(readFileSync(join(unpacked, 'weights.bin')).equals(weights)).toBe(true);
  expect(statSync(join(unpacked, 'run.sh')).mode & 0o111).toBe(0o111);
  expect(readdirSync(unpacked)).not.toContain('private.txt');
  expect(readFileSync(join(unpacked, 'version.txt'), 'utf8')).toMatch(/^[0-9a-f]{40}\n$/);
});

it('gives the same bytes every time', async () => {
  const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const [one, two] = [await download('main.zip'), await download('main.zip')];
  expect(hash(one.bytes)).toBe(hash(two.bytes));
});

it('keeps the pointers on request, and names things as GitLab does', async () => {
  const { bytes, headers } = await download('main/data-main.zip?lfs=false');
  expect(headers.get('content-type')).toBe('application/zip');
  expect(headers.get('content-disposition')).toContain('filename="data-main.zip"');
  const unpacked = await unpack(bytes, 'zip');
  expect(unpacked).toMatch(/data-main$/);
  expect(readFileSync(join(unpacked, 'weights.bin'), 'utf8')).toContain('git-lfs.github.com/spec/v1');
});

it('takes refs with slashes, commit ids and a part of the tree', async () => {
  expect((await download('feature/one.zip')).status).toBe(200);
  const commit = (await alice.gitOk(['rev-parse', 'HEAD'], { cwd: tree })).trim();
  const byId = await download(`${commit}.zip`);
  expect(byId.headers.get('cache-control')).toContain('immutable');
  const part = await download('main.tar.gz?path=deep');
  expect(readdirSync(await unpack(part.bytes, 'tar.gz'))).toEqual(['deep']);
});

it('answers 304 to who has it, after asking who asks', async () => {
  const first = await download('main.zip');
  const etag = first.headers.get('etag') ?? '';
  const again = await download('main.zip', { authorization: `Bearer ${alice.token}`, 'if-none-match': etag });
  expect(again.status).toBe(304);
  expect((await download('main.zip', { 'if-none-match': etag })).status).toBe(404);
  const stranger = { authorization: `Bearer ${mallory.token}`, 'if-none-match': etag };
  expect((await download('main.zip', stranger)).status).toBe(404);
});

it.each([
  ['--output=x.zip', 400],
  ['nope.zip', 404],
  ['main.rar', 400],
  ['main.zip?path=../', 400],
  ['main.zip?path=absent', 404],
  ['a%00b.zip', 400],
])('answers %s with a clear text', async (path, status) => {
  const answer = await download(path);
  expect(answer.status).toBe(status);
  expect(answer.bytes.length).toBeGreaterThan(10);
});

it('never lies: a missing object is told with its paths, and nothing is sent', async () => {
  // A commit whose pointer has no object can only come from outside the hub's own doors.
  await alice.createRepository('holes');
  const { body } = await alice.api<{ id: number }>('GET', '/api/v3/repos/alice/holes');
  const shard = (body.id % 256).toString(16).padStart(2, '0');
  const bare = join(hub.dataDir, 'repositories', shard, `${body.id}.git`);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'e'.repeat(64)}\nsize 9\n`;
  const cwd = join(workspace('holes'), 'tree');
  mkdirSync(cwd);
  const git = (...args: string[]) =>
    alice.gitOk(['-c', 'filter.lfs.required=false', '-c', 'filter.lfs.process=', '-c', 'filter.lfs.clean=', ...args], {
      cwd,
    });
  await git('init', '-q');
  writeFileSync(join(cwd, '.gitattributes'), '*.bin filter=lfs\n');
  writeFileSync(join(cwd, 'lost.bin'), pointer);
  await git('add', '-A');
  await git('commit', '-q', '-m', 'a hole');
  await git('push', '-q', bare, 'main');
  const authorization = `Bearer ${alice.token}`;
  const path = '/alice/holes/-/archive/main.zip';
  const answer = await callApi<string>(hub, { method: 'GET', path, authorization });
  expect(answer.status).toBe(409);
  expect(answer.body).toContain('lost.bin');
  expect((await callApi(hub, { method: 'GET', path: `${path}?lfs=false`, authorization })).status).toBe(200);
});
