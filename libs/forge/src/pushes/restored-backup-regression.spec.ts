import { runGit } from '@granary/git-process/testing';
import { updateRefs } from '@granary/git-process';
import type { UserActor } from '../identity';
import { RepositoriesService, type Repository } from '../repositories';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { PushRecordService } from './push-record.service';
import { ReconcileService } from './reconcile.service';
import { RefMovesService } from './ref-moves.service';

let forge: ForgeFixture;
let alice: UserActor;
const ZERO = '0'.repeat(40);
const MAIN = 'refs/heads/main';

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
}, 60_000);
afterAll(() => forge.close());

const create = (name: string) => forge.get(RepositoriesService).create(alice, { namespace: 'alice', name });
const pathOf = ({ id }: Repository) => forge.get(RepositoriesService).storage.pathOf(id);

async function commit(repository: Repository, message: string): Promise<string> {
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
  const run = async (args: string[], stdin: string) =>
    (await runGit(forge.git, { repositoryPath: pathOf(repository), args, stdin, env })).stdout.toString().trim();
  return run(['commit-tree', await run(['mktree'], '')], message);
}

/** Moves main as a user does: judged, moved, recorded. */
async function push(repository: Repository, oldOid: string, newOid: string): Promise<void> {
  const opened = { repository, role: 'admin' as const };
  await forge.get(RefMovesService).move({ actor: alice, opened, commands: [{ ref: MAIN, oldOid, newOid }] });
}

const eventsOf = async ({ id }: Repository) =>
  (
    await forge.database.query<{ n: number }[]>(
      `SELECT count(*)::int AS n FROM outbox_events WHERE repository_id = $1 AND kind <> 'repository'`,
      [id],
    )
  )[0]?.n;
const tipOf = async ({ id }: Repository) =>
  (
    await forge.database.query<{ oid: string }[]>('SELECT oid FROM ref_tips WHERE repository_id = $1 AND ref = $2', [
      id,
      MAIN,
    ])
  )[0]?.oid;

it('follows the refs of the disk, whichever half of a backup is the older one, and makes no event', async () => {
  const [newer, older, same] = [await create('newer'), await create('older'), await create('same')];
  const [first, second] = [await commit(newer, 'first'), await commit(newer, 'second')];
  await push(newer, ZERO, first);
  // The files were copied after a push that the database of the backup has never heard of.
  await updateRefs(forge.git, pathOf(newer), [{ ref: MAIN, newOid: second }]);
  const [before, after] = [await commit(older, 'before'), await commit(older, 'after')];
  await push(older, ZERO, before);
  await push(older, before, after);
  // The files were copied before a push that the database has recorded.
  await updateRefs(forge.git, pathOf(older), [{ ref: MAIN, newOid: before }]);
  await push(same, ZERO, await commit(same, 'same'));
  const counts = await Promise.all([newer, older, same].map(eventsOf));

  const settled = await forge.get(ReconcileService).settleAll();
  expect(settled).toEqual([
    { repository: 'alice/newer', refs: [{ ref: MAIN, oldOid: first, newOid: second }] },
    { repository: 'alice/older', refs: [{ ref: MAIN, oldOid: after, newOid: before }] },
  ]);
  expect([await tipOf(newer), await tipOf(older)]).toEqual([second, before]);
  expect(await Promise.all([newer, older, same].map(eventsOf))).toEqual(counts);
  expect(await forge.get(ReconcileService).settleAll()).toEqual([]);
});

it('leaves a push that is pending to the one who records it', async () => {
  const repository = await create('pending');
  const oid = await commit(repository, 'pending');
  const commands = [{ ref: MAIN, oldOid: ZERO, newOid: oid }];
  const records = forge.get(PushRecordService);
  const intent = await records.intend(repository, { actorUserId: alice.userId, transport: 'http', commands });
  await updateRefs(forge.git, pathOf(repository), [{ ref: MAIN, newOid: oid }]);
  expect(await forge.get(ReconcileService).settleAll()).toEqual([]);
  await records.record(intent, commands);
  expect(await eventsOf(repository)).toBe(2);
});

it('is not stopped by a repository that is damaged', async () => {
  const [broken, fine] = [await create('broken'), await create('fine')];
  const oid = await commit(fine, 'fine');
  await updateRefs(forge.git, pathOf(fine), [{ ref: MAIN, newOid: oid }]);
  await forge.get(RepositoriesService).storage.remove(broken.id);
  expect((await forge.get(ReconcileService).settleAll()).map(({ repository }) => repository)).toEqual(['alice/fine']);
});
