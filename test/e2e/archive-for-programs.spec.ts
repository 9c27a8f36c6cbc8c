import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchiveInfo } from '@granary/api-contract';
import { Octokit } from '@octokit/rest';
import { callApi, eventually, runOk, startHub, workspace, type Actor, type Hub } from '../support';

const REPOSITORY = '/api/v3/repos/alice/data';
const weights = randomBytes(400_000);

let hub: Hub;
let alice: Actor;
let mallory: Actor;
let head: string;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
  const cwd = workspace('tree');
  const git = (...args: string[]) => alice.gitOk(args, { cwd });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  writeFileSync(join(cwd, '.gitattributes'), '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  writeFileSync(join(cwd, 'weights.bin'), weights);
  writeFileSync(join(cwd, 'README.md'), '# Data\n');
  await runOk('mkdir', [join(cwd, 'docs')]);
  writeFileSync(join(cwd, 'docs/guide.md'), 'x'.repeat(1000));
  await git('add', '-A');
  await git('commit', '-q', '-m', 'first');
  await git('branch', 'topic/one');
  await git('tag', 'v1');
  await git('push', '-q', alice.remote('alice/data'), 'main', 'topic/one', 'v1');
  head = (await git('rev-parse', 'HEAD')).trim();
});

const octokit = (actor: Actor) =>
  new Octokit({
    baseUrl: `${hub.url}/api/v3`,
    auth: actor.token,
    log: { debug() {}, info() {}, warn() {}, error() {} },
  });

async function names(bytes: Buffer, format: 'zip' | 'tar'): Promise<string[]> {
  const file = join(workspace('archive'), `archive.${format}`);
  writeFileSync(file, bytes);
  return (await runOk('bsdtar', ['-tf', file])).trim().split('\n').sort();
}

const info = async (query = '') => (await alice.api<ArchiveInfo>('GET', `${REPOSITORY}/archive/info${query}`)).body;

it('gives Octokit zipballs and tarballs with the LFS content in them', async () => {
  const at = { owner: 'alice', repo: 'data', ref: 'topic/one' };
  const zip = Buffer.from((await octokit(alice).repos.downloadZipballArchive(at)).data as ArrayBuffer);
  const top = `data-topic-one-${head}/`;
  expect(await names(zip, 'zip')).toEqual(expect.arrayContaining([`${top}README.md`, `${top}weights.bin`]));
  const file = join(workspace('zip'), 'archive.zip');
  writeFileSync(file, zip);
  const printed = await runOk('sh', ['-c', `unzip -p ${file} ${top}weights.bin | sha256sum`]);
  expect(printed.slice(0, 64)).toBe(createHash('sha256').update(weights).digest('hex'));
  const tar = await octokit(alice).repos.downloadTarballArchive({ ...at, ref: 'v1' });
  expect(await names(Buffer.from(tar.data as ArrayBuffer), 'tar')).toContain(`data-v1-${head}/weights.bin`);
});

it('takes the default branch where no ref is given, and each format by name', async () => {
  const headers = { authorization: `Bearer ${alice.token}` };
  const zip = await fetch(`${hub.url}${REPOSITORY}/zipball`, { headers });
  expect(zip.status).toBe(200);
  expect(zip.headers.get('content-disposition')).toContain(`data-main-${head}.zip`);
  await zip.arrayBuffer();
  const query = new URLSearchParams({ ref: head, format: 'tar.xz', path: 'docs', lfs: 'false' });
  const some = await fetch(`${hub.url}${REPOSITORY}/archive?${query.toString()}`, { headers });
  expect(some.status).toBe(200);
  const files = (await names(Buffer.from(await some.arrayBuffer()), 'tar')).filter((name) => !name.endsWith('/'));
  expect(files).toEqual([expect.stringMatching(/\/docs\/guide\.md$/)]);
});

it('tells what an archive holds, and its size and checksum once it was made', async () => {
  const before = await info('?ref=v1');
  expect(before).toMatchObject({ ref: 'v1', sha: head, entries: 4, lfs_files: 1, lfs_bytes: weights.length });
  expect(before).toMatchObject({ missing_lfs_files: 0, git_bytes: expect.any(Number) });
  expect(before.git_bytes).toBeGreaterThan(1000);
  expect(before.git_bytes).toBeLessThan(2000);
  expect((await info('?ref=v1&path=docs')).git_bytes).toBe(1000);
  const bz2 = before.formats.find(({ name }) => name === 'tar.bz2');
  expect(bz2).toMatchObject({ ready: null });
  const headers = { authorization: `Bearer ${alice.token}` };
  const bytes = Buffer.from(await (await fetch(bz2?.url ?? '', { headers })).arrayBuffer());
  const ready = await eventually('the archive kept', async () => {
    const after = await info('?ref=v1');
    return after.formats.find(({ name }) => name === 'tar.bz2')?.ready;
  });
  expect(ready).toEqual({ size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
});

it('gives commits whose dates git cannot tell, to which a file with placeholders leads it', async () => {
  const cwd = workspace('dates');
  const git = async (args: string[], input?: string) => (await alice.gitOk(args, { cwd, input })).trim();
  await git(['init', '-q']);
  writeFileSync(join(cwd, '.gitattributes'), 'stamp export-subst\n');
  writeFileSync(join(cwd, 'stamp'), '$Format:%H %ai %ct$\n');
  await git(['add', '-A']);
  const tree = await git(['write-tree']);
  for (const [branch, date] of Object.entries({
    west: ' 0 -0500',
    before: ' -1 +0000',
    last: ' 18446744073709551615 +0000',
  })) {
    const commit = `tree ${tree}\nauthor A <a@b>${date}\ncommitter A <a@b>${date}\n\nodd\n`;
    const sha = await git(['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'], commit);
    await git(['push', '-q', alice.remote('alice/dates'), `${sha}:refs/heads/${branch}`]);
    for (const format of ['zip', 'tar', 'tar.gz']) {
      const headers = { authorization: `Bearer ${alice.token}` };
      const answer = await fetch(`${hub.url}/alice/dates/-/archive/${branch}.${format}`, { headers });
      expect([branch, format, answer.status]).toEqual([branch, format, 200]);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(await names(bytes, format === 'zip' ? 'zip' : 'tar')).toContain(`dates-${branch}-${sha}/stamp`);
    }
  }
});

it.each([
  ['a format that there is not', `${REPOSITORY}/archive?format=rar`, 400],
  ['a ref that there is not', `${REPOSITORY}/zipball/nowhere`, 404],
  ['a ref that is an option', `${REPOSITORY}/tarball/--output=x`, 400],
  ['two refs', `${REPOSITORY}/archive?ref=main&ref=v1`, 400],
  ['a path that is not there', `${REPOSITORY}/archive/info?path=nowhere`, 404],
  ['a path out of the tree', `${REPOSITORY}/archive?path=../x`, 400],
])('refuses %s', async (_what, path, status) => {
  const answer = await alice.api<{ message: string }>('GET', path);
  expect(answer.status).toBe(status);
  expect(answer.body.message).toEqual(expect.any(String));
});

it('shows an attacker nothing, not even that the repository is there', async () => {
  for (const path of ['zipball', 'tarball/main', 'archive', 'archive/info']) {
    const foreign = await mallory.api('GET', `${REPOSITORY}/${path}`);
    const absent = await mallory.api('GET', `/api/v3/repos/alice/absent/${path}`);
    expect([foreign.status, foreign.body]).toEqual([
      404,
      { ...(absent.body as object), request_id: expect.any(String) },
    ]);
    expect((await callApi(hub, { method: 'GET', path: `${REPOSITORY}/${path}` })).status).not.toBe(200);
  }
});
