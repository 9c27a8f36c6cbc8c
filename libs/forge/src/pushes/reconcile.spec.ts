import { runGit } from '@granary/git-process/testing';
import { readHead, updateRefs } from '@granary/git-process';
import { AuditService } from '../audit';
import type { UserActor } from '../identity';
import { RepositoriesService, Repository } from '../repositories';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { PushRecordService } from './push-record.service';
import { ReconcileService } from './reconcile.service';

const OF_THE_REPOSITORY = { actionPrefix: 'repository.settle', limit: 10, offset: 0 };
const ZERO = '0'.repeat(40);
let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let path: string;
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
});

async function commit(message: string): Promise<string> {
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
  const run = async (args: string[], stdin: string) =>
    (await runGit(forge.git, { repositoryPath: path, args, stdin, env })).stdout.toString().trim();
  return run(['commit-tree', await run(['mktree'], '')], message);
}

const events = async () =>
  await forge.database.query<{ payload: { ref: string; after: string; actorUserId: number | null } }[]>(
    `SELECT payload FROM outbox_events WHERE repository_id = $1 AND kind = 'push' ORDER BY sequence`,
    [repository.id],
  );

const tips = async () => {
  const rows = await forge.database.query('SELECT ref, oid FROM ref_tips WHERE repository_id = $1', [repository.id]);
  return Object.fromEntries((rows as { ref: string; oid: string }[]).map(({ ref, oid }) => [ref, oid]));
};

it('writes what a crash between the move of a ref and its record left out, with its actor, once', async () => {
  const oid = await commit('one');
  const commands = [{ ref: 'refs/heads/main', oldOid: ZERO, newOid: oid }];
  const intent = await forge
    .get(PushRecordService)
    .intend(repository, { actorUserId: alice.userId, transport: 'http', commands });
  await updateRefs(forge.git, path, [{ ref: 'refs/heads/main', newOid: oid }]);
  expect(await events()).toEqual([]);
  expect(await forge.get(ReconcileService).sweep(0)).toBe(1);
  expect(await forge.get(ReconcileService).sweep(0)).toBe(0);
  expect(await events()).toEqual([
    { payload: expect.objectContaining({ ref: 'refs/heads/main', after: oid, actorUserId: alice.userId }) },
  ]);
  expect(await tips()).toEqual({ 'refs/heads/main': oid });
  // The push that was only slow, and not dead, comes second and adds nothing.
  await forge.get(PushRecordService).record(intent, commands);
  expect(await events()).toHaveLength(1);
});

it('forgets an intent whose refs never moved', async () => {
  const commands = [{ ref: 'refs/heads/main', oldOid: ZERO, newOid: await commit('never') }];
  await forge.get(PushRecordService).intend(repository, { actorUserId: alice.userId, transport: 'http', commands });
  expect(await forge.get(ReconcileService).sweep(0)).toBe(0);
  const [row] = await forge.database.query<{ state: string }[]>('SELECT state FROM pushes WHERE repository_id = $1', [
    repository.id,
  ]);
  expect(row?.state).toBe('abandoned');
  expect(await events()).toEqual([]);
});

it('leaves the intent of a push under way alone', async () => {
  const commands = [{ ref: 'refs/heads/main', oldOid: ZERO, newOid: await commit('slow') }];
  const intent = await forge
    .get(PushRecordService)
    .intend(repository, { actorUserId: alice.userId, transport: 'http', commands });
  await forge.get(ReconcileService).sweep(60_000);
  await updateRefs(forge.git, path, [{ ref: 'refs/heads/main', newOid: commands[0]?.newOid ?? null }]);
  await forge.get(PushRecordService).record(intent, commands);
  expect(await events()).toHaveLength(1);
});

it('follows a ref that no push moved, without inventing one, and lists it', async () => {
  const oid = await commit('outside');
  await updateRefs(forge.git, path, [{ ref: 'refs/heads/main', newOid: oid }]);
  expect(await forge.get(ReconcileService).reconcile(repository.id)).toBe(1);
  expect(await events()).toEqual([]);
  expect(await tips()).toEqual({ 'refs/heads/main': oid });
  const [entry] = await forge.get(AuditService).list({ ...OF_THE_REPOSITORY, repositoryId: repository.id });
  expect(entry).toMatchObject({
    action: 'repository.settle',
    details: { count: 1, refs: [{ ref: 'refs/heads/main', recorded: ZERO, now: oid }] },
  });
  await updateRefs(forge.git, path, [{ ref: 'refs/heads/main', newOid: null }]);
  expect(await forge.get(ReconcileService).reconcile(repository.id)).toBe(1);
  expect(await tips()).toEqual({});
});

it('lets one of many first pushes at once choose the default branch, in HEAD and in the record alike', async () => {
  const records = forge.get(PushRecordService);
  const by = { actorUserId: alice.userId, transport: 'http' as const };
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `refs/heads/${name}`);
  const pushes = await Promise.all(
    names.map(async (ref) => {
      const commands = [{ ref, oldOid: ZERO, newOid: await commit(ref) }];
      await updateRefs(forge.git, path, [{ ref, newOid: commands[0]?.newOid ?? null }]);
      // Each has found the repository empty.
      return { commands, intent: await records.intend(repository, { ...by, commands }) };
    }),
  );
  await Promise.all(pushes.map(({ intent, commands }) => records.record(intent, commands)));
  const { defaultBranch } = await forge.database.manager.findOneByOrFail(Repository, { id: repository.id });
  expect((await readHead(forge.git, path)).ref).toBe(`refs/heads/${defaultBranch}`);
});
