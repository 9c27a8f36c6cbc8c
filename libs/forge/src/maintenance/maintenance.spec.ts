import { chmod, mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '@granary/git-process/testing';
import { updateRefs } from '@granary/git-process';
import { JobQueue } from '@granary/job-queue';
import { JOB_QUEUE } from '../database/tokens';
import type { UserActor } from '../identity';
import { PushRecordService } from '../pushes/push-record.service';
import { RepositoriesService, RepositoryLock, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { SweepsService } from '../work/sweeps.service';
import { MaintenanceService } from './maintenance.service';
import { MaintenanceStateService } from './maintenance-state.service';
import { PUSHES_UNTIL_DUE } from './maintenance.policy';

const ZERO = '0'.repeat(40);
const NOBODY = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let path: string;
let enqueued: jest.SpyInstance;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
}, 60_000);
afterAll(() => forge.close());

beforeEach(async () => {
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
  path = repositories.storage.pathOf(repository.id);
  enqueued = jest.spyOn(forge.get<JobQueue>(JOB_QUEUE as never), 'enqueue');
});
afterEach(() => enqueued.mockRestore());

const git = async (args: string[], stdin = '') =>
  (await runGit(forge.git, { repositoryPath: path, args, stdin, env: NOBODY })).stdout.toString().trim();

/** A commit in a pack of its own, recorded as the pushes of a client are. Answers its id. */
async function push(ref = 'refs/heads/main'): Promise<string> {
  const old = await git(['for-each-ref', '--format=%(objectname)', ref]);
  const blob = await git(['hash-object', '-w', '--stdin'], `text ${serial++}`);
  const tree = await git(['mktree'], `100644 blob ${blob}\tfile\n`);
  const oid = await git(['commit-tree', tree, ...(old ? ['-p', old] : [])], 'change');
  await git(['pack-objects', '-q', join(path, 'objects/pack/pack')], `${blob}\n${tree}\n${oid}\n`);
  await git(['prune-packed', '--quiet']);
  const commands = [{ ref, oldOid: old || ZERO, newOid: oid }];
  const records = forge.get(PushRecordService);
  const intent = await records.intend(repository, { actorUserId: alice.userId, transport: 'http', commands });
  await updateRefs(forge.git, path, [{ ref, newOid: oid }]);
  await records.record(intent, commands);
  return oid;
}

const row = async () => {
  const rows = await forge.database.query('SELECT * FROM repository_maintenance WHERE repository_id = $1', [
    repository.id,
  ]);
  return (rows as Record<string, unknown>[])[0];
};
const packs = async () => (await readdir(join(path, 'objects/pack'))).filter((name) => name.endsWith('.pack'));
const run = (options?: { full?: boolean; signal?: AbortSignal }) =>
  forge.get(MaintenanceService).run(repository.id, options);
const makeDue = () =>
  forge.database.query(
    `UPDATE repository_maintenance SET due_at = now() - interval '1 minute' WHERE repository_id = $1`,
    [repository.id],
  );
const jobs = () => enqueued.mock.calls.filter(([name]) => name === 'repository.maintain');

it('counts pushes, and asks for a run after so many, once', async () => {
  for (let n = 1; n < PUSHES_UNTIL_DUE; n++) await push();
  expect(await row()).toMatchObject({ pushes_since: PUSHES_UNTIL_DUE - 1, last_run_at: null });
  expect(await forge.get(MaintenanceStateService).due()).not.toContain(repository.id);
  expect(jobs()).toEqual([]);
  await push();
  await push();
  expect(await forge.get(MaintenanceStateService).due()).toContain(repository.id);
  const asked = jobs().map(([, payload, options]) => [payload, options.jobId]);
  expect(new Set(asked.map(([, id]) => id))).toEqual(new Set([`${repository.id}-0`]));
  expect(asked[0]?.[0]).toEqual({ repositoryId: repository.id });
});

it('does what is needed, and is not due again before somebody pushes', async () => {
  const tips = [await push(), await push(), await push('refs/heads/topic')];
  const report = await run();
  expect(report).toMatchObject({ outcome: 'done', swept: [] });
  expect(report.tasks.map(({ task }) => task)).toEqual(['sweep-stale', 'full-repack', 'commit-graph']);
  expect(await packs()).toHaveLength(1);
  expect(await row()).toMatchObject({ pushes_since: 0, failures: 0, last_error: null, last_full_at: expect.any(Date) });
  await git(['fsck', '--full']);
  for (const tip of tips) await git(['cat-file', '-e', tip]);
  // The packs of before wait for an hour; then nothing is left to do.
  expect((await row())?.due_at).toEqual(expect.any(Date));
  await rm(join(path, 'granary-limbo'), { recursive: true });
  expect((await run()).tasks.map(({ task }) => task)).toEqual(['sweep-stale']);
  expect(await row()).toMatchObject({ due_at: null });
});

it('still counts the pushes that came during the run', async () => {
  await push();
  const state = forge.get(MaintenanceStateService);
  const history = await state.historyOf(repository.id);
  await push();
  await state.finish(repository.id, {
    ...{ at: new Date(), wasFull: false, sizeBytes: 1, dueAt: null },
    pushes: history.pushesSinceRun,
  });
  expect(await row()).toMatchObject({ pushes_since: 1, due_at: expect.any(Date) });
});

it('asks in a sweep for what is due, but not for deleted repositories', async () => {
  await push();
  await makeDue();
  await forge.get(MaintenanceStateService).sweep();
  expect(jobs().map(([, payload]) => payload)).toContainEqual({ repositoryId: repository.id });
  enqueued.mockClear();
  await forge.get(RepositoriesService).delete(alice, repository);
  await forge.get(MaintenanceStateService).sweep();
  expect(jobs().map(([, payload]) => payload)).not.toContainEqual({ repositoryId: repository.id });
  expect(await run()).toMatchObject({ outcome: 'gone', tasks: [] });
});

it('never runs twice at once in one repository', async () => {
  await push();
  const lock = forge.get(RepositoryLock);
  const busy = await lock.tryRun(repository.id, async () => {
    expect(await lock.tryRun(repository.id + 100_000, async () => 'another')).toBe('another');
    return run();
  });
  expect(busy).toMatchObject({ outcome: 'busy' });
  expect(await run()).toMatchObject({ outcome: 'done' });
});

it('lets go of a repository whose lock is lost with its connection', async () => {
  const lock = forge.get(RepositoryLock);
  await lock.tryRun(repository.id, async (signal) => {
    const lost = new Promise((resolve) => signal.addEventListener('abort', resolve));
    await forge.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks
        WHERE locktype = 'advisory' AND objid = $1
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
      [repository.id],
    );
    await lost;
  });
  expect(await lock.tryRun(repository.id, async () => 'free')).toBe('free');
});

it('tells of a failure, and tries again later, whatever is pushed meanwhile', async () => {
  await push();
  await push();
  const [name = ''] = await packs();
  const file = join(path, 'objects/pack', name);
  await chmod(file, 0o644);
  await writeFile(file, 'PACK no more');
  const report = await run();
  expect(report).toMatchObject({ outcome: 'failed', error: expect.stringContaining('git') });
  expect(await row()).toMatchObject({ failures: 1, last_error: report.error, pushes_since: 2 });
  await run();
  expect(await row()).toMatchObject({ failures: 2 });
  expect(await forge.get(MaintenanceStateService).countFailing()).toBeGreaterThan(0);
  const state = forge.get(MaintenanceStateService);
  const due = (await row())?.due_at;
  for (let n = 0; n < PUSHES_UNTIL_DUE; n++) {
    expect(await state.notePush(forge.database.manager, repository.id, 1e12)).toBe(false);
  }
  expect((await row())?.due_at).toEqual(due);
});

it('stops at once when its owner leaves, and loses nothing', async () => {
  const tip = await push();
  await push();
  const owner = new AbortController();
  const running = run({ full: true, signal: owner.signal });
  owner.abort(new Error('the process stops'));
  expect(await running).toMatchObject({ outcome: 'stopped' });
  await git(['cat-file', '-e', tip]);
  await git(['fsck', '--full']);
  expect(await row()).toMatchObject({ failures: 0, last_run_at: null });
});

it('sweeps the quarantine of a push that was killed a day ago', async () => {
  const [dead, fresh] = ['tmp_objdir-incoming-dead', 'tmp_objdir-incoming-fresh'];
  for (const name of [dead, fresh]) await mkdir(join(path, 'objects', name));
  const before = new Date(Date.now() - 25 * 3_600_000);
  await utimes(join(path, 'objects', dead), before, before);
  expect(await run()).toMatchObject({ outcome: 'done', swept: [`objects/${dead}`] });
  expect(await readdir(join(path, 'objects'))).toContain(fresh);
});

it('is no crash when the repository is purged', async () => {
  await push();
  await forge.get(RepositoriesService).delete(alice, repository);
  await forge.database.query(`UPDATE repositories SET deleted_at = now() - interval '15 days' WHERE id = $1`, [
    repository.id,
  ]);
  const sweeps = forge.get(SweepsService);
  await forge.get(RepositoryLock).tryRun(repository.id, () => sweeps.purgeDeleted());
  expect(await packs()).toHaveLength(1);
  await sweeps.purgeDeleted();
  await expect(packs()).rejects.toThrow('ENOENT');
  expect(await run()).toMatchObject({ outcome: 'gone' });
  await forge.get(MaintenanceStateService).finish(repository.id, {
    ...{ at: new Date(), wasFull: true, sizeBytes: 1, pushes: 1, dueAt: null },
  });
  expect(await row()).toBeUndefined();
});
