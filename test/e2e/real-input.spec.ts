import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { chromium } from 'playwright-core';
import { run, runOk, startHub, workspace, type Actor, type Hub } from '../support';

const ROOT = join(__dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const BINARY = /\.(node|wasm|so(\.\d+)*|woff2?|png|ttf|exe|jpg|ico|gz|br)$/;
const NEEDED_FILES = 500;
const NEEDED_BYTES = 200_000_000;
const LARGE_BYTES = 16 * 1024;

let hub: Hub;
let alice: Actor;
let tree: string;
let large: { path: string; sizeBytes: number }[];

const sha256 = async (path: string) => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Real binaries (native addons, WebAssembly, fonts, Postgres itself) and real sources, from what the project installs. */
async function fillTree(): Promise<void> {
  const candidates = (await filesBelow(MODULES)).filter((path) => !path.includes('/.cache/'));
  const sized = await Promise.all(candidates.map(async (path) => ({ path, sizeBytes: (await stat(path)).size })));
  const isLarge = ({ path, sizeBytes }: { path: string; sizeBytes: number }) =>
    sizeBytes >= LARGE_BYTES && (BINARY.test(path) || path.includes('/native/'));
  const binaries = sized.filter(isLarge).sort((a, b) => b.sizeBytes - a.sizeBytes);
  const chosen: typeof sized = [];
  let total = 0;
  for (const file of binaries) {
    if (total > NEEDED_BYTES + 40_000_000 && chosen.length > 100) break;
    chosen.push(file);
    total += file.sizeBytes;
  }
  const sources = sized.filter(
    ({ path, sizeBytes }) => /\.(md|json|d\.ts)$/.test(path) && sizeBytes > 0 && sizeBytes < 20_000,
  );
  const place = ({ path }: { path: string }, top: string) => join(tree, top, relative(MODULES, path));
  large = chosen.map((file) => ({ path: place(file, 'assets'), sizeBytes: file.sizeBytes }));
  const copies = [
    ...chosen.map((file) => [file.path, place(file, 'assets')] as const),
    ...sources.slice(0, NEEDED_FILES).map((file) => [file.path, place(file, 'src')] as const),
  ];
  for (const [from, to] of copies) {
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to);
  }
}

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
  tree = join(workspace('real'), 'tree');
  await mkdir(tree);
  await fillTree();
  const git = (...args: string[]) => alice.gitOk(args, { cwd: tree, timeoutMs: 120_000 });
  await git('init', '-q');
  await git('lfs', 'install', '--local');
  await writeFile(join(tree, '.gitattributes'), 'assets/** filter=lfs diff=lfs merge=lfs -text\n');
  await git('add', '-A');
  await git('commit', '-q', '-m', 'Real files');
  await git('remote', 'add', 'origin', alice.remote('alice/real'));
  await git('push', '-q', '-u', 'origin', 'main');
}, 300_000);

it('has input worth the name', async () => {
  const tracked = (await alice.gitOk(['ls-files'], { cwd: tree })).trim().split('\n');
  expect(tracked.length).toBeGreaterThanOrEqual(NEEDED_FILES);
  expect(large.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeGreaterThanOrEqual(NEEDED_BYTES);
});

it("takes this project's own history and gives back every object id", async () => {
  const source = {
    cwd: ROOT,
    env: { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
  };
  await alice.gitOk(['push', '-q', alice.remote('alice/granary'), 'HEAD:refs/heads/main'], source);
  const cwd = workspace('history');
  await alice.gitOk(['clone', '-q', '--mirror', alice.remote('alice/granary'), 'mirror.git'], { cwd });
  const mirror = join(cwd, 'mirror.git');
  await alice.gitOk(['fsck', '--full', '--strict'], { cwd: mirror });
  const objects = async (options: typeof source | { cwd: string }, revision: string) =>
    (await alice.gitOk(['rev-list', '--objects', '--no-object-names', revision], options)).trim().split('\n').sort();
  expect(await objects({ cwd: mirror }, 'main')).toEqual(await objects(source, 'HEAD'));
  const ids = (await objects({ cwd: mirror }, 'main')).join('\n');
  const contents = await alice.gitOk(['cat-file', '--batch-check=%(objectname) %(objecttype)'], {
    cwd: mirror,
    input: ids,
  });
  expect(contents).not.toContain('missing');
});

describe('elsewhere', () => {
  let clone: string;

  beforeAll(async () => {
    const cwd = workspace('elsewhere');
    await alice.gitOk(['clone', '-q', alice.remote('alice/real'), 'clone'], { cwd, timeoutMs: 120_000 });
    clone = join(cwd, 'clone');
  }, 150_000);

  it('arrives with the same tree, a clean fsck and every LFS byte', async () => {
    const treeHash = async (cwd: string) => (await alice.gitOk(['rev-parse', 'HEAD^{tree}'], { cwd })).trim();
    expect(await treeHash(clone)).toBe(await treeHash(tree));
    await alice.gitOk(['fsck', '--full'], { cwd: clone });
    await alice.gitOk(['lfs', 'fsck'], { cwd: clone });
    for (const { path } of large) expect(await sha256(join(clone, relative(tree, path)))).toBe(await sha256(path));
    expect((await alice.gitOk(['status', '--porcelain'], { cwd: clone })).trim()).toBe('');
  });

  it.each(['zip', 'tar.gz'])(
    'is the same as a %s as git archive with smudged files',
    async (format) => {
      const cwd = workspace('archive');
      const authorization = `Authorization: Bearer ${alice.token}`;
      const url = `${hub.url}/alice/real/-/archive/main/real-main.${format}`;
      await runOk('curl', ['-sf', '-H', authorization, '-o', `a.${format}`, url], { cwd, timeoutMs: 120_000 });
      const unpack = format === 'zip' ? ['unzip', '-q', 'a.zip'] : ['tar', '-xzf', 'a.tar.gz'];
      await runOk(unpack[0] ?? '', unpack.slice(1), { cwd, timeoutMs: 120_000 });
      await mkdir(join(cwd, 'reference'));
      // What git archive gives of this tree is its checkout: there are no export attributes in it.
      await cp(clone, join(cwd, 'reference'), { recursive: true });
      await rm(join(cwd, 'reference/.git'), { recursive: true });
      const compared = await run('diff', ['-r', '--no-dereference', 'reference', 'real-main'], {
        cwd,
        timeoutMs: 120_000,
      });
      expect(compared).toEqual({ code: 0, stdout: '', stderr: '' });
    },
    180_000,
  );
});

it('shows its pages in Chromium', async () => {
  await alice.api('PATCH', '/api/v3/repos/alice/real', { visibility: 'public' });
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-component-update',
    ],
  });
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    const open = async (path: string) => {
      const answer = await page.goto(hub.url + path, { waitUntil: 'load' });
      expect(answer?.status()).toBe(200);
      return (await page.textContent('body')) ?? '';
    };
    expect(await open('/alice/real')).toContain('assets');
    expect(await open('/alice/real/-/tree/main/assets')).toContain('Real files');
    expect(await open('/alice/real/-/commits/main')).toContain('Real files');
    const [first] = large;
    const text = await open(`/alice/real/-/blob/main/${relative(tree, first?.path ?? '')}`);
    expect(text).toMatch(/LFS/);
    const sha = (await alice.gitOk(['rev-parse', 'HEAD'], { cwd: tree })).trim();
    expect(await open(`/alice/real/-/commit/${sha}`)).toContain('Real files');
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
