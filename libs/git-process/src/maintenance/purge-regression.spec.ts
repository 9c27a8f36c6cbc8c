import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CatFilePool } from '../cat-file/cat-file-pool';
import { runGit } from '../process/run-git';
import { updateRefs } from '../repository/refs';
import { createFixture, mustGit, type Fixture } from '../testing/fixture';
import { createProject, type Project } from '../testing/project';
import { keepTips } from './kept-tips';
import { openQuarantines, purgeUnreachable } from './purge-unreachable';

let fixture: Fixture;
beforeAll(async () => void (fixture = await createFixture()));
afterAll(() => fixture.remove());

const nobody = () => Promise.resolve();

/** With a branch `main`, and a commit that was pushed to `slip` and taken back. */
async function slipped(): Promise<{ project: Project; slip: string }> {
  const directory = join(fixture.directory, 'repositories');
  const project = await createProject(fixture, (name) => join(directory, `${name}.git`), { files: ['a'] });
  await mustGit(project.work, 'push', '--quiet', 'origin', 'main');
  await mustGit(project.work, 'commit', '--quiet', '--allow-empty', '-m', 'a secret');
  await mustGit(project.work, 'push', '--quiet', 'origin', 'HEAD:slip');
  const slip = await mustGit(project.work, 'rev-parse', 'HEAD');
  await updateRefs(fixture.home, project.path, [{ ref: 'refs/heads/slip', newOid: null }]);
  return { project, slip };
}

async function has({ path }: Project, oid: string): Promise<boolean> {
  const args = ['cat-file', '-e', oid];
  return (await runGit(fixture.home, { repositoryPath: path, args, acceptExitCodes: [0, 1, 128] })).exitCode === 0;
}

it('drops what no ref reaches at once, with old tips that were kept, and leaves the rest whole', async () => {
  const { project, slip } = await slipped();
  const { path: repositoryPath } = project;
  await keepTips(fixture.home, { repositoryPath, tips: [{ oid: slip, until: new Date(Date.now() + 1e9) }] });
  expect(await has(project, slip)).toBe(true);
  expect(await purgeUnreachable(fixture.home, { repositoryPath, now: new Date(), drained: nobody })).toBe('purged');
  expect(await has(project, slip)).toBe(false);
  expect(await readdir(join(repositoryPath, 'granary-limbo'))).toEqual([]);
  await runGit(fixture.home, { repositoryPath, args: ['fsck', '--full', '--connectivity-only'] });
});

it('is not undone by a process that still holds the old packs', async () => {
  const { project, slip } = await slipped();
  const pool = new CatFilePool(fixture.home);
  expect(await pool.open(project.path).info(slip)).not.toBeNull();
  await purgeUnreachable(fixture.home, { repositoryPath: project.path, now: new Date(), drained: nobody });
  expect(await pool.open(project.path).info(slip)).toBeNull();
  await pool.close();
});

it('waits for pushes before it looks, and keeps what came since', async () => {
  const { project, slip } = await slipped();
  const waits: number[] = [];
  const now = new Date();
  const drained = async () => {
    // A push that has brought its objects moves its ref only now.
    if (waits.push(Date.now()) === 1) {
      await updateRefs(fixture.home, project.path, [{ ref: 'refs/heads/late', newOid: slip }]);
    }
  };
  expect(await purgeUnreachable(fixture.home, { repositoryPath: project.path, now, drained })).toBe('purged');
  expect(waits).toHaveLength(2);
  expect(await has(project, slip)).toBe(true);
});

it('leaves the objects of a push alone that begins within the same second', async () => {
  const { project, slip } = await slipped();
  const quarantine = join(project.path, 'objects', 'tmp_objdir-incoming-y');
  let calls = 0;
  const drained = async () => {
    if (++calls > 1) return;
    await mkdir(join(quarantine, 'pack'), { recursive: true });
    await writeFile(join(quarantine, 'pack', 'pack-1.pack'), 'PACK');
  };
  // Early in a second, so that the push begins in it wherever nobody waits for its end.
  await sleep(1000 - (Date.now() % 1000));
  const now = new Date();
  expect(await purgeUnreachable(fixture.home, { repositoryPath: project.path, now, drained })).toBe('purged');
  expect(await readdir(join(quarantine, 'pack'))).toEqual(['pack-1.pack']);
  expect(await has(project, slip)).toBe(false);
});

it('brings everything back when a ref that moved meanwhile counts on it', async () => {
  const { project, slip } = await slipped();
  let calls = 0;
  const drained = async () => {
    // Begun after the look at the refs by a git that had the packs open: written beside it, which does not check.
    if (++calls === 2) await writeRef(project.path, slip);
  };
  expect(await purgeUnreachable(fixture.home, { repositoryPath: project.path, now: new Date(), drained })).toBe(
    'restored',
  );
  expect(await has(project, slip)).toBe(true);
  await runGit(fixture.home, { repositoryPath: project.path, args: ['fsck', '--full', '--connectivity-only'] });
});

it('sees who is writing by their quarantines', async () => {
  const { project } = await slipped();
  expect(await openQuarantines(project.path)).toEqual([]);
  await mkdir(join(project.path, 'objects', 'tmp_objdir-incoming-x'));
  expect(await openQuarantines(project.path)).toEqual(['tmp_objdir-incoming-x']);
});

async function writeRef(repositoryPath: string, oid: string): Promise<void> {
  await writeFile(join(repositoryPath, 'refs/heads/late'), `${oid}\n`);
}
