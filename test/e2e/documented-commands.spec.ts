import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, runOk, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { adapt, blocksOf } from '../support/documented';
import { Gpg } from '../support/gpg';
import { ROOT } from '../support/hub-process';

const CLI = join(ROOT, 'dist/apps/admin-cli/src/main.js');

/** The command line opens the whole hub each time. */
const PATIENCE_MS = 180_000;

/** Pages whose commands are run by a test of their own, or for a reason by none. */
const ELSEWHERE: Record<string, string> = {
  'README.md': 'npm start and npm test: what every other test and CI do; its services are those of start-split.spec.ts',
  'docs/sign-in-limits.md': 'a line of granary.env: reverse-proxy.spec.ts sets it',
  'docs/ssh.md': 'accounts and sshd of the machine: git-openssh-front.spec.ts does it with an account of its own',
};

let hub: Hub;
let alice: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
});

/** Runs a block as a reader would who has replaced what is the reader's own. */
function shell(block: string, cwd: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  return runOk('sh', ['-euc', block], {
    cwd,
    timeoutMs: PATIENCE_MS,
    env: { ...alice.env, TOKEN: alice.token, ...env },
  });
}

async function block(page: string, index: number, changes: Record<string, string> = {}): Promise<string> {
  const found = blocksOf(page, 'sh')[index];
  if (found === undefined) throw new Error(`${page} has no block ${index + 1} of commands`);
  return adapt(found, changes);
}

/** What a test below runs, by page: as many blocks as the page has. */
const HERE: Record<string, number> = {
  'docs/editing.md': 1,
  'docs/lfs.md': 2,
  'docs/locks.md': 1,
  'docs/moving-in.md': 5,
  'docs/quotas.md': 1,
  'docs/signatures.md': 2,
};

it('knows every block of commands in the documentation', () => {
  const docs = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const pages = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];
  const counts = Object.fromEntries(pages.map((page) => [page, blocksOf(page, 'sh').length]));
  const unknown = Object.entries(counts).filter(
    ([page, count]) => count > 0 && !(page in ELSEWHERE) && count !== HERE[page],
  );
  expect(unknown).toEqual([]);
});

it('uploads a file as docs/editing.md says', async () => {
  await alice.createRepository('media', { auto_init: true });
  const cwd = workspace('upload');
  writeFileSync(join(cwd, 'film.bin'), 'a film');
  await shell(await block('docs/editing.md', 0, { 'https://hub.example/owner/repo': `${hub.url}/alice/media` }), cwd);
  const raw = await fetch(`${hub.url}/alice/media/-/raw/main/media/film.bin`, {
    headers: { authorization: `Bearer ${alice.token}` },
  });
  expect(await raw.text()).toBe('a film');
});

it('installs the transfer agent as docs/lfs.md says, by its program and by hand', async () => {
  const keys = ['path', 'args', 'direction'].map((key) => `lfs.customtransfer.granary-multipart.${key}`);
  const settings = async (name: string, index: number, changes: Record<string, string>) => {
    const home = workspace(name);
    const env = { HOME: home, GIT_CONFIG_GLOBAL: join(home, '.gitconfig') };
    writeFileSync(env.GIT_CONFIG_GLOBAL, '');
    await shell(await block('docs/lfs.md', index, changes), home, env);
    const values = keys.map((key) => shell(`git config --global --get ${key}`, home, env));
    return (await Promise.all(values)).map((value) => value.trim().replace(home, '~'));
  };
  const [node, args, direction] = await settings('agent', 0, { 'https://hub.example': hub.url });
  expect(node).toMatch(/(^|\/)node$/);
  expect(args).toContain('~/.local/share/lfs-agent.cjs');
  expect(await settings('agent-by-hand', 1, {})).toEqual(['node', args, direction]);
});

it('locks as docs/locks.md says', async () => {
  await alice.createRepository('locks');
  const tree = await WorkTree.clone(alice, 'alice/locks');
  await shell(await block('docs/locks.md', 0), tree.cwd);
});

describe('moving in as docs/moving-in.md says', () => {
  const page = 'docs/moving-in.md';
  const hubs = () => `${hub.url}/alice/repo`;
  const cwd = workspace('moving');
  const old = join(cwd, 'old/owner/repo.git');
  const there = { 'https://old.example/owner/repo': `file://${old.replace(/\.git$/, '')}` };

  beforeAll(async () => {
    await alice.gitOk(['init', '-q', '--bare', old]);
    const tree = await WorkTree.create(alice, 'nobody/nothing', {
      files: { '.gitattributes': '*.bin filter=lfs -text\n' },
    });
    await tree.ok('remote', 'set-url', 'origin', `file://${old}`);
    for (const version of ['one', 'two', 'three']) await tree.commit({ 'film.bin': `film ${version}` }, version);
    await tree.ok('tag', 'v1');
    await tree.ok('branch', 'old/work', 'HEAD~1');
    await tree.ok('lfs', 'push', '--all', 'origin');
    await tree.ok('push', '-q', 'origin', 'main', 'v1', 'old/work', 'HEAD:refs/pull/1/head');
  });

  it('brings branches, tags and LFS files, and compares', async () => {
    const home = { 'https://hub.example/owner/repo': hubs(), 'https://hub.example/api': `${hub.url}/api` };
    await shell(await block(page, 0, { ...there, ...home }), cwd);
    const names = { ...there, 'https://hub.example/owner/repo': hubs() };
    expect(await shell(await block(page, 1, names), cwd)).toContain('all branches and tags are here');
    const clone = await WorkTree.clone(alice, 'alice/repo', '--branch', 'old/work');
    expect(readFileSync(join(clone.cwd, 'film.bin'), 'utf8')).toBe('film two');
  });

  it('by a mirror refuses what is the old host’s own one by one, and all of it with --atomic', async () => {
    await alice.createRepository('mirrored');
    const mirror = { cwd: join(cwd, 'repo.git') };
    await alice.gitOk(['lfs', 'push', '--all', alice.remote('alice/mirrored')], mirror);
    const atomic = await alice.git(['push', '--atomic', '--mirror', alice.remote('alice/mirrored')], mirror);
    expect(atomic.code).toBe(1);
    expect(await alice.gitOk(['ls-remote', alice.remote('alice/mirrored')], mirror)).toBe('');
    const strange = (change: string) =>
      shell(`git ${change} "$(printf 'refs/heads/caf\\351')" $(git rev-parse main)`, mirror.cwd);
    await strange('update-ref');
    const mixed = await alice.git(['push', '--mirror', alice.remote('alice/mirrored')], mirror);
    await strange('update-ref -d');
    expect(mixed.code).toBe(1);
    expect(mixed.stderr.match(/remote rejected/g)).toHaveLength(2);
    expect(mixed.stderr).toContain('(its name is not in UTF-8, or holds control characters)');
    expect(mixed.stderr).toMatch(/\[remote rejected\] refs\/pull\/1\/head/);
    const refs = await alice.gitOk(['ls-remote', alice.remote('alice/mirrored')], mirror);
    expect([...refs.matchAll(/\trefs\/(\S+)/g)].map(([, ref]) => ref)).toEqual([
      'heads/main',
      'heads/old/work',
      'tags/v1',
    ]);
  });

  it('without files that are lost', async () => {
    const mirror = { cwd: join(cwd, 'repo.git') };
    await alice.createRepository('lossy');
    const refused = await alice.git(['push', alice.remote('alice/lossy'), 'main'], mirror);
    expect(refused.stderr).toContain('git lfs push --all');
    await shell(await block(page, 2, { 'https://hub.example': hub.url, 'owner/repo': 'alice/lossy' }), cwd);
    const taken = await alice.git(['push', alice.remote('alice/lossy'), 'main'], mirror);
    expect([taken.code, taken.stderr]).toEqual([0, expect.stringContaining('which this repository allows')]);

    const content = Buffer.from('[lfs]\n\turl = https://user:hunter2@lfs.example/store\n').toString('base64');
    const config = { message: 'Say where the files are', content };
    expect(await alice.api('PUT', '/api/v3/repos/alice/lossy/contents/.lfsconfig', config)).toMatchObject({
      status: 201,
    });
    const archive = await fetch(`${hub.url}/alice/lossy/-/archive/main.zip`, {
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect([archive.status, await archive.text()]).toEqual([409, expect.stringContaining('film.bin')]);
    const cli = (...args: string[]) =>
      run(process.execPath, [CLI, ...args], {
        env: { ...alice.env, GRANARY_DATA_DIR: hub.dataDir },
        timeoutMs: PATIENCE_MS,
      });
    const doctor = await cli('doctor');
    expect(doctor.stdout).toMatch(
      /3 LFS objects are missing in alice\/lossy.*names another LFS server, lfs\.example, from/s,
    );
    expect(doctor.stdout).not.toContain('hunter2');
    const closed = await cli('repo', 'incomplete', 'alice/lossy', 'no');
    expect(closed.stdout).toBe('alice/lossy refuses incomplete LFS history (its own push rule).\n');
    const { body } = await alice.api<{ action: string; via: string }[]>('GET', '/api/v3/repos/alice/lossy/audit');
    expect(body.filter(({ action }) => action.startsWith('push_rules')).map(({ via }) => via)).toEqual([
      'cli',
      'token',
    ]);
  });

  it('with large files that move to LFS', async () => {
    const tree = await WorkTree.create(alice, 'alice/large', { files: { 'large.dat': Buffer.alloc(2_000_000, 'x') } });
    await shell(await block(page, 3, { '100MB': '1MB' }), tree.cwd);
    expect((await tree.push('main')).code).toBe(0);
    expect(await tree.ok('lfs', 'ls-files', '--name-only')).toBe('large.dat');
  });

  it('with a long history, in parts', async () => {
    const path = await alice.createRepository('long');
    const tree = await WorkTree.create(alice, path);
    for (const name of ['a', 'b', 'c', 'd']) await tree.commit({}, name);
    const names = { 'https://hub.example/owner/repo': `${hub.url}/${path}`, '% 10000': '% 2' };
    await shell(await block(page, 4, names), tree.cwd);
    expect(await tree.ok('ls-remote', 'origin', 'refs/heads/main')).toContain(await tree.tip('HEAD~1'));
  });
});

it('sets quotas as docs/quotas.md says', async () => {
  await hub.actor('acme');
  const text = await block('docs/quotas.md', 0, { 'npx granary': `"${process.execPath}" "${CLI}"` });
  const shown = await shell(text, workspace('quota'), { GRANARY_DATA_DIR: hub.dataDir });
  expect(shown).toMatch(/20/);
});

it('signs as docs/signatures.md says, with SSH and with GPG', async () => {
  const home = workspace('signer');
  mkdirSync(join(home, '.ssh'));
  await runOk('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, '.ssh/id_ed25519')]);
  const env = { HOME: home, GIT_CONFIG_GLOBAL: join(home, '.gitconfig') };
  writeFileSync(env.GIT_CONFIG_GLOBAL, readFileSync(alice.env.GIT_CONFIG_GLOBAL ?? '', 'utf8'));
  await shell(await block('docs/signatures.md', 0), home, env);
  await shell('git init -q . && git commit -q --allow-empty -m signed', home, env);
  expect(await shell('git cat-file commit HEAD', home, env)).toContain('BEGIN SSH SIGNATURE');

  const gpg = new Gpg(alice);
  const fingerprint = await gpg.makeKey();
  const changes = { 'https://hub.example': hub.url, 'you@example.com': 'alice@example.com' };
  await shell(await block('docs/signatures.md', 1, changes), home, gpg.env);
  const { body } = await alice.api<{ key_id: string }[]>('GET', '/api/v3/user/gpg_keys');
  expect(body.map(({ key_id }) => key_id)).toEqual([fingerprint.slice(-16)]);
});
