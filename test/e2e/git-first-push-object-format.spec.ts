import { startHub, WorkTree, type Actor, type Hub } from '../support';
import { gitAnswer, pkt } from '../support/git-wire';
import { findNewestGit } from '../support/newest-git';
import { SshActor } from '../support/ssh';

const newest = findNewestGit();
const NEWEST = 'version' in newest ? `the newest git (${newest.version})` : `the newest git: ${newest.reason}`;
const whereNewest = 'version' in newest ? it : it.skip;
const newestPath = 'binDir' in newest ? `${newest.binDir}:${process.env.PATH}` : '/nonexistent';

const REPORT = 'report-status object-format=sha256';

let hub: Hub;
let alice: Actor;
let overSsh: SshActor;
let serial = 0;

beforeAll(async () => {
  hub = await startHub();
  alice = await hub.actor('alice');
  overSsh = await SshActor.create(alice);
});

type Who = Actor | SshActor;
const nextName = () => `first-${++serial}`;
const formatOf = async (tree: WorkTree) => tree.ok('rev-parse', '--show-object-format');
const sha256Tree = (who: Who, path: string) => WorkTree.create(who, path, { objectFormat: 'sha256' });

/** Everything else that a repository is for. */
async function expectWellIn(path: string, who: Who, tip: string) {
  expect(tip).toMatch(/^[0-9a-f]{64}$/);
  for (const reader of [who, alice]) {
    const clone = await WorkTree.clone(reader, path);
    expect(await formatOf(clone)).toBe('sha256');
    expect(await clone.tip()).toBe(tip);
  }
  const clone = await WorkTree.clone(who, path);
  const next = await clone.commit({ 'second.txt': 'two\n' });
  await clone.ok('push', '-q', 'origin', 'main', 'main:topic');
  expect(await alice.gitOk(['ls-remote', alice.remote(path), 'refs/heads/topic'])).toContain(next);
  const { status, body } = await alice.api<{ name: string; commit: { sha: string } }[]>(
    'GET',
    `/api/v3/repos/${path}/branches`,
  );
  expect(status).toBe(200);
  expect(body.map(({ name, commit }) => [name, commit.sha])).toEqual([
    ['main', next],
    ['topic', next],
  ]);
}

const WAYS: Record<string, () => Who> = { HTTP: () => alice, SSH: () => overSsh };

describe.each(Object.entries(WAYS))('a first push of SHA-256 over %s', (_way, who) => {
  const push = async (path: string, env: NodeJS.ProcessEnv = {}) => {
    const tree = await sha256Tree(who(), path);
    await who().gitOk(['push', '-q', '-u', 'origin', 'main'], { cwd: tree.cwd, env });
    await expectWellIn(path, who(), await tree.tip());
  };

  it('creates the repository where there was none', () => push(`alice/${nextName()}`));

  whereNewest(`creates it by ${NEWEST}`, () => push(`alice/${nextName()}`, { PATH: newestPath }));

  it('makes an empty SHA-1 repository a SHA-256 one, also one that has been looked at', async () => {
    const path = await alice.createRepository(nextName());
    await who().gitOk(['ls-remote', who().remote(path)]);
    await alice.api('GET', `/api/v3/repos/${path}/branches`);
    await push(path);
  });

  it('takes tags and several branches at once, and nothing of a push that is refused', async () => {
    const source = await sha256Tree(who(), `alice/${nextName()}`);
    await source.commit({ 'b.txt': 'b\n' });
    await source.ok('tag', '-a', '-m', 'one', 'v1');
    await source.ok('branch', 'other', 'HEAD~1');
    await source.ok('push', '-q', '--mirror', 'origin');
    // A shallow one, which nobody accepts. The repository is then what it was.
    const copy = await WorkTree.clone(who(), `file://${source.cwd}`, '--depth=1', '--no-local');
    const path = `alice/${nextName()}`;
    const { code, stderr } = await copy.git('push', who().remote(path), 'HEAD:refs/heads/main');
    expect([code, stderr]).toEqual([1, expect.stringContaining('shallow update not allowed')]);
    await (await WorkTree.create(who(), path)).ok('push', '-q', 'origin', 'main');
  });

  it('changes nothing for SHA-1', async () => {
    const path = `alice/${nextName()}`;
    const tree = await WorkTree.create(who(), path);
    await tree.ok('push', '-q', 'origin', 'main');
    expect(await formatOf(await WorkTree.clone(who(), path))).toBe('sha1');
  });

  it('is told no, by the client itself, where something was pushed before', async () => {
    const path = `alice/${nextName()}`;
    const first = await WorkTree.create(who(), path);
    await first.ok('push', '-q', 'origin', 'main');
    const { code, stderr } = await (await sha256Tree(who(), path)).push('main:other');
    expect(code).not.toBe(0);
    expect(stderr).toContain('hash algorithm');
    expect(await formatOf(await WorkTree.clone(who(), path))).toBe('sha1');
  });

  it('leaves a repository alone that was made for SHA-256', async () => {
    const path = await alice.createRepository(nextName(), { object_format: 'sha256' });
    const { code, stderr } = await (await WorkTree.create(who(), path)).push('main');
    expect(code).not.toBe(0);
    expect(stderr).toContain('hash algorithm');
    await push(path);
  });
});

it('goes to one of two first pushes at once, whose repository is whole', async () => {
  for (let round = 0; round < 4; round++) {
    const path = await alice.createRepository(nextName());
    const trees = await Promise.all([
      WorkTree.create(alice, path),
      sha256Tree(overSsh, path),
      WorkTree.create(overSsh, path),
      sha256Tree(alice, path),
    ]);
    const pushes = await Promise.all(trees.map((tree, at) => tree.push(`main:branch-${at}`)));
    const landed = trees.filter((_, at) => pushes[at]?.code === 0);
    expect(landed.length).toBeGreaterThan(0);
    const formats = new Set(await Promise.all(landed.map(formatOf)));
    expect(formats.size).toBe(1);
    const clone = await WorkTree.clone(alice, path, '--mirror');
    expect([await formatOf(clone)]).toEqual([...formats]);
    await clone.ok('fsck', '--strict');
    expect((await clone.ok('for-each-ref')).split('\n')).toHaveLength(landed.length);
  }
});

describe('ids of the other format, sent without asking', () => {
  const post = (path: string) => {
    const command = `${'0'.repeat(64)} ${'1'.repeat(64)} refs/heads/main\0 ${REPORT}`;
    return gitAnswer(alice, { service: 'git-receive-pack', path }, `${pkt(command)}0000`);
  };

  it('are refused with a hint in a repository whose refs were all deleted', async () => {
    const path = `alice/${nextName()}`;
    const tree = await WorkTree.create(alice, path);
    await tree.ok('push', '-q', 'origin', 'HEAD:refs/tags/v1');
    await tree.ok('push', '-q', 'origin', ':refs/tags/v1');
    const { status, body } = await post(path);
    expect(status).toBe(409);
    expect(body).toContain('SHA-1 object ids');
    expect(body).toContain('create one with SHA-256');
    await tree.ok('push', '-q', 'origin', 'main');
  });

  it('move nothing where there is no such object', async () => {
    const path = await alice.createRepository(nextName());
    const { body } = await post(path);
    expect(body).not.toContain('ok refs/heads/main');
    await (await sha256Tree(alice, path)).ok('push', '-q', 'origin', 'main');
  });
});
