import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startHub, workspace, WorkTree, type Actor, type Hub } from '../support';
import { atEnd } from '../support/cleanup';

const MIB = 1024 * 1024;
const DISK_BYTES = 160 * MIB;

/** A disk of its own for the repositories. Only root can mount one, and not in every container. */
function mountDisk(): string | null {
  const dataDir = join(workspace('full'), 'data');
  const repositories = join(dataDir, 'repositories');
  mkdirSync(repositories, { recursive: true, mode: 0o700 });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'granary-test', repositories], { stdio: 'pipe' });
  } catch {
    return null;
  }
  atEnd(() => void execFileSync('umount', ['-l', repositories]));
  return dataDir;
}

const dataDir = mountDisk();
/** Skipped where no file system can be mounted. */
const onItsDisk = dataDir ? describe : describe.skip;

onItsDisk('a disk that a push fills', () => {
  let hub: Hub;
  let alice: Actor;

  beforeAll(async () => {
    hub = await startHub({ ssh: false, dataDir: dataDir ?? undefined });
    alice = await hub.actor('alice');
  });

  it('is told to who pushes in plain words, and takes clones and smaller pushes as before', async () => {
    const small = await WorkTree.create(alice, 'alice/small', { files: { 'a.txt': 'a' } });
    await small.ok('push', '-q', 'origin', 'main');
    const large = await WorkTree.create(alice, 'alice/large');
    await large.ok('config', 'core.compression', '0');
    await large.ok('config', 'core.bigFileThreshold', '1m');
    const files = Array.from({ length: 12 }, (_, at) => [`${at}.bin`, randomBytes(16 * MIB)] as const);
    await large.commit(Object.fromEntries(files));

    const { code, stderr } = await large.git('push', 'origin', 'main');
    expect(code).not.toBe(0);
    expect(stderr).toContain('remote: The hub’s disk is full, so it takes no pushes right now.');
    expect(stderr).toContain('remote: Nothing was changed');
    expect(stderr).not.toContain(dataDir);

    const refs = await alice.git(['ls-remote', alice.remote('alice/large')]);
    expect({ code: refs.code, stdout: refs.stdout }).toEqual({ code: 0, stdout: '' });
    await alice.gitOk(['clone', '-q', alice.remote('alice/small'), join(workspace('clone'), 'small')]);
    await small.commit({ 'b.txt': 'b' });
    await small.ok('push', '-q', 'origin', 'main');
  });
});
