import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runOk, startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
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
