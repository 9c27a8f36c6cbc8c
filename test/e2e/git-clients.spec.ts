import { join } from 'node:path';
import { startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { commandLineClient, drivenClient, jgitEnvironment, type GitClient, type Remote } from '../support/git-clients';
import { findNewestGit } from '../support/newest-git';
import { SshActor } from '../support/ssh';

const newest = findNewestGit();
/** The reason stands in the names of the tests that are skipped for it. */
const NEWEST = 'version' in newest ? `the newest git (${newest.version})` : `the newest git: ${newest.reason}`;
const whereHere = (name: string) => (name === NEWEST && !('version' in newest) ? it.skip : it);

let hub: Hub;
let alice: Actor;
let aliceOverSsh: SshActor;

beforeAll(async () => {
  hub = await startHub();
  alice = await hub.actor('alice');
  aliceOverSsh = await SshActor.create(alice);
});

interface Candidate {
  /** `nobody`: a client of somebody who has no account. */
  open(who?: 'nobody'): GitClient;
  /** Null where it can. */
  whyNotShallow: string | null;
  canCloneEmpty: boolean;
}

const newestPath = () => ({ PATH: 'binDir' in newest ? `${newest.binDir}:${process.env.PATH}` : '/nonexistent' });
const newestEnv = (): NodeJS.ProcessEnv => ({ ...alice.env, ...newestPath() });

const CLIENTS: Record<string, Candidate> = {
  'the machine’s git': { open: () => commandLineClient('git', alice.env), whyNotShallow: null, canCloneEmpty: true },
  [NEWEST]: {
    open: () => commandLineClient('git', newestEnv()),
    whyNotShallow: null,
    canCloneEmpty: true,
  },
  libgit2: {
    open: () => drivenClient(['/usr/bin/python3', 'libgit2.py'], alice.env),
    whyNotShallow: 'libgit2 1.5 knows no depth',
    canCloneEmpty: true,
  },
  // dulwich 0.21.2 wants to be told of a branch when it clones.
  dulwich: {
    open: () => drivenClient(['/usr/bin/python3', 'dulwich_client.py'], alice.env),
    whyNotShallow: null,
    canCloneEmpty: false,
  },
  JGit: {
    open: (who) => commandLineClient('jgit', jgitEnvironment(alice, { isSignedIn: who !== 'nobody' })),
    whyNotShallow: 'JGit 4.11 knows no depth',
    canCloneEmpty: true,
  },
  'isomorphic-git': {
    open: () => drivenClient([process.execPath, 'isomorphic.mjs'], alice.env),
    whyNotShallow: null,
    canCloneEmpty: true,
  },
};

const slugOf = (name: string) => name.replace(/[^a-z0-9]+/gi, '-').toLowerCase();

const refsOf = async (path: string) => (await alice.gitOk(['ls-remote', alice.remote(path)])).replaceAll('\t', ' ');

/** Everything that a client does with a repository, in the order in which its user would. */
async function walkThrough({ open, canCloneEmpty }: Candidate, remote: Remote, path: string) {
  const client = open();
  const dir = join(workspace('client'), 'clone');
  if (canCloneEmpty) expect(await client.clone(remote, dir)).toBe('empty');
  else await client.init(remote, dir);
  const first = await client.commit(dir, 'first.txt', 'one\n');
  await client.push(remote, dir, 'refs/heads/main:refs/heads/main');
  expect(await refsOf(path)).toBe(`${first} HEAD\n${first} refs/heads/main\n`);

  const other = await WorkTree.clone(alice, alice.remote(path));
  const second = await other.commit({ 'second.txt': 'two\n' });
  await other.ok('push', '-q', 'origin', 'main', 'main:topic');
  expect(await client.fetch(remote, dir)).toBe(second);

  await client.tag(dir, 'v1');
  await client.push(remote, dir, 'refs/tags/v1:refs/tags/v1');
  expect(await refsOf(path)).toContain(`${first} refs/tags/v1^{}`);
  await client.push(remote, dir, ':refs/tags/v1');
  await client.push(remote, dir, ':refs/heads/topic');
  expect(await refsOf(path)).toBe(`${second} HEAD\n${second} refs/heads/main\n`);

  expect(await client.clone(remote, join(workspace('client'), 'again'))).toBe(`main ${second}`);
  return second;
}

describe.each(Object.entries(CLIENTS))('%s', (name, candidate) => {
  const { open, whyNotShallow } = candidate;
  const slug = slugOf(name);
  const path = `alice/${slug}`;
  const remote = () => ({ url: alice.remote(path), token: alice.token });

  whereHere(name)('clones an empty repository, pushes first, fetches, tags, deletes and clones', async () => {
    await alice.createRepository(slug);
    await walkThrough(candidate, remote(), path);
    const { body } = await alice.api('GET', `/api/v3/repos/${path}`);
    expect(body).toMatchObject({ default_branch: 'main', empty: false, private: true });
  });

  whereHere(name)('is let in to nothing private without a token, and to what is public', async () => {
    const client = open('nobody');
    const nobody = { url: alice.remote(path) };
    await expect(client.clone(nobody, join(workspace('client'), 'refused'))).rejects.toThrow();
    await alice.api('PATCH', `/api/v3/repos/${path}`, { visibility: 'public' });
    expect(await client.clone(nobody, join(workspace('client'), 'public'))).toMatch(/^main [0-9a-f]{40}$/);
  });

  const shallow = whyNotShallow === null ? whereHere(name) : it.skip;
  shallow(`makes a shallow clone${whyNotShallow === null ? '' : `: ${whyNotShallow}`}`, async () => {
    expect(await open().clone(remote(), join(workspace('client'), 'shallow'), 1)).toBe('1');
  });
});

/** JGit 4.11 (JSch 0.1.54) knows no host key that is good today. isomorphic-git speaks no SSH. */
const OVER_SSH: Record<string, Candidate> = {
  [NEWEST]: {
    open: () => commandLineClient('git', { ...aliceOverSsh.env, ...newestPath() }),
    whyNotShallow: null,
    canCloneEmpty: true,
  },
  libgit2: {
    open: () =>
      drivenClient(['/usr/bin/python3', 'libgit2.py'], aliceOverSsh.env, { key: aliceOverSsh.keyPath, account: 'git' }),
    whyNotShallow: 'libgit2 1.5 knows no depth',
    canCloneEmpty: true,
  },
  dulwich: {
    open: () => drivenClient(['/usr/bin/python3', 'dulwich_client.py'], aliceOverSsh.env),
    whyNotShallow: null,
    canCloneEmpty: false,
  },
};

describe.each(Object.entries(OVER_SSH))('%s', (name, candidate) => {
  whereHere(name)('does all of it over SSH, too', async () => {
    const slug = `ssh-${slugOf(name)}`;
    await alice.createRepository(slug);
    await walkThrough(candidate, { url: aliceOverSsh.remote(`alice/${slug}`) }, `alice/${slug}`);
  });
});

whereHere(NEWEST)(`${NEWEST} clones an empty SHA-256 repository and pushes to it`, async () => {
  await alice.createRepository('modern', { object_format: 'sha256' });
  const client = commandLineClient('git', newestEnv());
  const remote = { url: alice.remote('alice/modern'), token: alice.token };
  const dir = join(workspace('client'), 'clone');
  expect(await client.clone(remote, dir)).toBe('empty');
  const tip = await client.commit(dir, 'a.txt', 'a\n');
  expect(tip).toMatch(/^[0-9a-f]{64}$/);
  await client.push(remote, dir, 'main:main');
  expect(await refsOf('alice/modern')).toContain(`${tip} refs/heads/main`);
});
