import { runGit } from '@granary/git-process/testing';
import { updateRefs } from '@granary/git-process';
import type { UserActor } from '../identity';
import { LfsLocksService } from '../lfs';
import { ProtectionsService } from '../protection';
import { RepositoriesService, type Repository, RepositoryAccessService } from '../repositories';
import { type ForgeFixture, openForge } from '../testing/forge-fixture';
import { PushJudge } from './push-judge.service';
import { PushRecordService } from './push-record.service';
import { RefMovesService } from './ref-moves.service';

const ZERO = '0'.repeat(40);
const MAIN = 'refs/heads/main';
const NOBODY = { role: null, users: [] };
let forge: ForgeFixture;
let alice: UserActor;
let bob: UserActor;
let repository: Repository;
let path: string;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  [alice, bob] = [await forge.user('alice'), await forge.user('bob')];
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
  path = repositories.storage.pathOf(repository.id);
});

async function git(args: string[], stdin = ''): Promise<string> {
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
  return (await runGit(forge.git, { repositoryPath: path, args, stdin, env })).stdout.toString().trim();
}

async function commit(content: string, ...parents: string[]): Promise<string> {
  const blob = await git(['hash-object', '-w', '--stdin'], content);
  const tree = await git(['mktree'], `100644 blob ${blob}\tfile\n`);
  return git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], content);
}

const as = (actor: UserActor, role: 'write' | 'admin' = 'write') => ({ actor, opened: { repository, role } });
const move = (who: ReturnType<typeof as>, command: { ref?: string; oldOid?: string; newOid?: string }, force = true) =>
  forge.get(RefMovesService).move({ ...who, commands: [{ ref: MAIN, oldOid: ZERO, newOid: ZERO, ...command }], force });
const tip = () => git(['rev-parse', MAIN]);

it('moves a ref and records it, with what was lost', async () => {
  const [first, second] = [await commit('1'), await commit('2')];
  await move(as(alice), { newOid: first });
  await move(as(alice), { oldOid: first, newOid: second });
  const rows = await forge.database.query<{ after: string; forced: string }[]>(
    `SELECT payload->>'after' AS after, payload->>'forced' AS forced FROM outbox_events
      WHERE repository_id = $1 AND kind = 'push' ORDER BY sequence`,
    [repository.id],
  );
  expect(rows.map(({ after }) => after)).toEqual([first, second]);
  expect(rows.map(({ forced }) => forced)).toEqual(['false', 'true']);
});

it('moves nothing when the ref is not where its mover saw it', async () => {
  const [first, second] = [await commit('1'), await commit('2')];
  await move(as(alice), { newOid: first });
  await expect(move(as(alice), { oldOid: second, newOid: second })).rejects.toMatchObject({ code: 'conflict' });
  expect(await tip()).toBe(first);
});

it('knows a forced move over the API from its commits', async () => {
  const first = await commit('1');
  const second = await commit('2', first);
  await updateRefs(forge.git, path, [{ ref: MAIN, newOid: second }]);
  await forge.get(ProtectionsService).create(repository.id, {
    kind: 'branch',
    pattern: 'main',
    push: { role: 'write', users: [] },
    force_push: NOBODY,
    delete: NOBODY,
    require_linear_history: false,
    enforce_admins: true,
  });
  await expect(move(as(alice, 'admin'), { oldOid: second, newOid: first })).rejects.toMatchObject({
    code: 'push_refused',
    details: { refusals: [expect.stringContaining('force-pushed')] },
  });
  await move(as(bob), { oldOid: second, newOid: await commit('3', second) });
});

it('refuses what is no commit, and what would lose some without force', async () => {
  const first = await commit('1');
  await move(as(alice), { newOid: first });
  const tree = await git(['rev-parse', `${first}^{tree}`]);
  await expect(move(as(alice), { ref: 'refs/heads/t', newOid: tree })).rejects.toMatchObject({ code: 'invalid' });
  await expect(move(as(alice), { ref: 'refs/heads/t', newOid: '1'.repeat(40) })).rejects.toMatchObject({
    code: 'invalid',
  });
  const other = await commit('other');
  await expect(move(as(alice), { oldOid: first, newOid: other }, false)).rejects.toMatchObject({ code: 'invalid' });
  expect(await tip()).toBe(first);
});

it('looks for locks of others, and of nobody else', async () => {
  const first = await commit('1');
  const second = await commit('2', first);
  await updateRefs(forge.git, path, [{ ref: MAIN, newOid: first }]);
  await forge.get(LfsLocksService).create(repository.id, alice, { path: 'file', ref: null });
  const judge = (who: ReturnType<typeof as>) =>
    forge.get(PushJudge).judge({ ...who, commands: [{ ref: MAIN, oldOid: first, newOid: second }], quarantine: null });
  expect((await judge(as(bob))).refusals).toEqual([expect.stringContaining('file (locked by alice)')]);
  expect((await judge(as(alice))).refusals).toEqual([]);
});

it('lets nobody delete or rename a file that another holds the lock of', async () => {
  const blob = await git(['hash-object', '-w', '--stdin'], 'content');
  const tree = (...names: string[]) => git(['mktree'], names.map((name) => `100644 blob ${blob}\t${name}\n`).join(''));
  const first = await git(['commit-tree', await tree('file', 'other'), '-m', '1']);
  await updateRefs(forge.git, path, [{ ref: MAIN, newOid: first }]);
  await forge.get(LfsLocksService).create(repository.id, alice, { path: 'file', ref: null });
  const refusalsOf = async (who: ReturnType<typeof as>, ...names: string[]) => {
    const newOid = await git(['commit-tree', await tree(...names), '-p', first, '-m', names.join()]);
    const commands = [{ ref: MAIN, oldOid: first, newOid }];
    return (await forge.get(PushJudge).judge({ ...who, commands, quarantine: null })).refusals;
  };
  const refused = [expect.stringContaining('file (locked by alice)')];
  expect(await refusalsOf(as(bob), 'other')).toEqual(refused);
  expect(await refusalsOf(as(bob), 'moved', 'other')).toEqual(refused);
  expect(await refusalsOf(as(bob), 'file')).toEqual([]);
  expect(await refusalsOf(as(alice), 'other')).toEqual([]);
});

it('reserves the bytes of a push until it is recorded or over', async () => {
  const records = forge.get(PushRecordService);
  await forge.database.query(
    `UPDATE namespaces n SET limits = jsonb_build_object('git_private_bytes', 1000 +
       (SELECT sum(git_size_bytes) FROM repositories WHERE namespace_id = n.id)) WHERE name = 'alice'`,
  );
  const push = { actorUserId: alice.userId, transport: 'http', commands: [], incomingBytes: 700 } as const;
  // As each push does: with the limit that holds now.
  const { repository: limited } = (await forge.get(RepositoryAccessService).byId(alice, repository.id)) ?? {
    repository,
  };
  const attempts = await Promise.allSettled([records.intend(limited, push), records.intend(limited, push)]);
  const won = attempts.find((attempt) => attempt.status === 'fulfilled');
  const lost = attempts.find((attempt) => attempt.status === 'rejected');
  expect(lost?.reason).toMatchObject({ code: 'quota_exceeded', message: expect.stringContaining('needs 700 B more') });
  if (won) await records.release(won.value);
  await records.intend(limited, push);
  await forge.database.query(`UPDATE namespaces SET limits = '{}' WHERE name = 'alice'`);
});
