import { runGit } from '@granary/git-process/testing';
import { updateRefs } from '@granary/git-process';
import type { NewCommits } from '../../events';
import type { UserActor } from '../../identity';
import { RepositoriesService, type Repository } from '../../repositories';
import { type ForgeFixture, openForge } from '../../testing/forge-fixture';
import { PushRecordService } from '../push-record.service';
import { ReconcileService } from '../reconcile.service';
import { NewCommitsService } from './new-commits.service';

jest.setTimeout(60_000);
const ZERO = '0'.repeat(40);
let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let path: string;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
});
afterAll(() => forge.close());

beforeEach(async () => {
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
  path = repositories.storage.pathOf(repository.id);
  await forge.database.query(
    `INSERT INTO webhooks (repository_id, url, events) VALUES ($1, 'https://ci.example.org', '{push}')`,
    [repository.id],
  );
});

async function run(args: string[], stdin = ''): Promise<string> {
  const env = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@x' };
  return (await runGit(forge.git, { repositoryPath: path, args, stdin, env })).stdout.toString().trim();
}

async function commit(message: string, ...parents: string[]): Promise<string> {
  const tree = await run(['mktree']);
  return run(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])], message);
}

type Move = [ref: string, newOid: string, oldOid?: string];
const commandsOf = (moves: Move[]) => moves.map(([ref, newOid, oldOid = ZERO]) => ({ ref, oldOid, newOid }));

/** Intended, and moved by git: what remains is the record. */
async function begin(...moves: Move[]) {
  const commands = commandsOf(moves);
  const records = forge.get(PushRecordService);
  const intent = await records.intend(repository, { actorUserId: alice.userId, transport: 'http', commands });
  await updateRefs(
    forge.git,
    path,
    commands.map(({ ref, newOid }) => ({ ref, newOid: newOid === ZERO ? null : newOid })),
  );
  return { intent, commands };
}

async function push(...moves: Move[]): Promise<Record<string, NewCommits>> {
  const { intent, commands } = await begin(...moves);
  await forge.get(PushRecordService).record(intent, commands);
  return told(intent.id);
}

async function told(pushId: string): Promise<Record<string, NewCommits>> {
  const rows = await forge.database.query<{ payload: { ref: string; newCommits: NewCommits } }[]>(
    `SELECT payload FROM outbox_events WHERE kind = 'push' AND payload->>'pushId' = $1`,
    [pushId],
  );
  return Object.fromEntries(rows.map(({ payload }) => [payload.ref.replace(/^refs\//, ''), payload.newCommits]));
}

const brought = (...ids: string[]): NewCommits => ({ count: ids.length, ids });

it('a new branch or tag at an old commit brings nothing, and a merge into main nothing that its branch has told', async () => {
  const one = await commit('one');
  const two = await commit('two', one);
  expect(await push(['refs/heads/main', two])).toEqual({ 'heads/main': brought(two, one) });
  expect(await push(['refs/heads/release', one])).toEqual({ 'heads/release': brought() });
  const tagged = await run(['mktag'], `object ${two}\ntype commit\ntag v2\ntagger a <a@x> 1 +0000\n\nv2\n`);
  expect(await push(['refs/tags/v1', two], ['refs/tags/v2', tagged])).toEqual({
    'tags/v1': brought(),
    'tags/v2': brought(),
  });
  const three = await commit('three', two);
  expect(await push(['refs/heads/topic', three])).toEqual({ 'heads/topic': brought(three) });
  expect(await push(['refs/heads/main', three, two])).toEqual({ 'heads/main': brought() });
});

it('a tag of a commit that no branch has brings it, once; a tag of a file brings nothing', async () => {
  await push(['refs/heads/main', await commit('main')]);
  const loose = await commit('loose');
  const tagged = await run(['mktag'], `object ${loose}\ntype commit\ntag v1\ntagger a <a@x> 1 +0000\n\nv1\n`);
  const blob = await run(['hash-object', '-w', '--stdin'], 'a file');
  expect(await push(['refs/tags/file', blob], ['refs/tags/v1', tagged])).toEqual({
    'tags/file': brought(),
    'tags/v1': brought(loose),
  });
  expect(await push(['refs/heads/late', loose])).toEqual({ 'heads/late': brought() });
});

it('several refs of one push tell each commit once, the default branch before branches before tags', async () => {
  const one = await commit('one');
  const two = await commit('two', one);
  const three = await commit('three', two);
  expect(await push(['refs/tags/v1', two], ['refs/heads/dev', three], ['refs/heads/main', one])).toEqual({
    'tags/v1': brought(),
    'heads/dev': brought(three, two),
    'heads/main': brought(one),
  });
});

it('of two pushes at once that bring the same commits, the one that is recorded first tells them', async () => {
  const news = forge.get(NewCommitsService);
  const records = forge.get(PushRecordService);
  const one = await commit('one');
  const two = await commit('two', one);
  const first = await begin(['refs/heads/a', two]);
  const second = await begin(['refs/heads/b', one]);
  const looks = await Promise.all(
    [first, second].map(({ commands }) => news.look(forge.database.manager, repository, commands)),
  );
  for (const [at, { intent, commands }] of [first, second].entries()) {
    const after = { moved: commands, look: looks[at] ?? null };
    await forge.database.transaction((manager) => records.write(manager, intent, after));
  }
  expect(await told(first.intent.id)).toEqual({ 'heads/a': brought(two, one) });
  expect(await told(second.intent.id)).toEqual({ 'heads/b': brought() });
});

it('ten pushes at once tell each commit once between them', async () => {
  const base = await commit('base');
  const tips = await Promise.all(Array.from({ length: 10 }, (_, n) => commit(`tip ${n % 5}`, base)));
  const all = await Promise.all(tips.map((tip, n) => push([`refs/heads/b${n}`, tip])));
  const ids = all.flatMap((one) => Object.values(one)).flatMap(({ ids: some }) => some);
  expect(ids.toSorted()).toEqual([...new Set([base, ...tips])].toSorted());
});

it('a push that was cut off before its record tells the same', async () => {
  const one = await commit('one');
  await push(['refs/heads/main', one]);
  const two = await commit('two', one);
  const { intent } = await begin(['refs/heads/topic', two]);
  await forge.get(ReconcileService).sweep(0);
  expect(await told(intent.id)).toEqual({ 'heads/topic': brought(two) });
});

it('where nobody listens git is not asked, and the last push can be told all the same', async () => {
  await forge.database.query('DELETE FROM webhooks WHERE repository_id = $1', [repository.id]);
  const one = await commit('one');
  await push(['refs/heads/main', one]);
  const two = await commit('two', one);
  const { intent, commands } = await begin(['refs/heads/dev', two], ['refs/tags/v1', two]);
  await forge.get(PushRecordService).record(intent, commands);
  expect(await told(intent.id)).toEqual({ 'heads/dev': undefined, 'tags/v1': undefined });
  const newOf = await forge.get(NewCommitsService).inHindsight(forge.database.manager, repository, intent.id);
  expect([newOf('refs/heads/dev'), newOf('refs/tags/v1')]).toEqual([brought(two), brought()]);
});

it('git’s failure stops no push: it says that there may be more', async () => {
  const tip = await commit('a tip');
  await begin(['refs/heads/main', tip]);
  const news = forge.get(NewCommitsService);
  const nowhere = { id: 0x7fffffff, defaultBranch: 'main' };
  await forge.database.query('UPDATE webhooks SET events = $2 WHERE repository_id = $1', [repository.id, ['*']]);
  const look = await news.inHindsight(forge.database.manager, nowhere, (await latestPush()) ?? '');
  expect(look('refs/heads/main')).toEqual({ count: 0, ids: [], isPartial: true });
});

it('forty thousand refs of one push at three thousand commits are divided without a process for each', async () => {
  const stream = Array.from(
    { length: 3_000 },
    (_, n) => `commit refs/heads/main\nmark :${n + 1}\ncommitter a <a@x> ${1_700_000_000 + n} +0000\ndata 1\nx\n`,
  );
  await run(
    ['-c', 'core.fsync=none', '-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet'],
    `${stream.join('')}done\n`,
  );
  const ids = (await run(['rev-list', 'refs/heads/main'])).split('\n');
  const commands = Array.from({ length: 40_000 }, (_, n) => ({
    ...{ ref: `refs/heads/b${n}`, oldOid: ZERO },
    newOid: ids[n % ids.length] ?? ZERO,
  }));
  const news = forge.get(NewCommitsService);
  const look = await news.look(forge.database.manager, repository, commands);
  const newOf = await news.settle(forge.database.manager, repository.id, look!);
  const counts = commands.map(({ ref }) => newOf(ref).count);
  expect(counts.reduce((sum, count) => sum + count)).toBe(ids.length);
  expect(newOf('refs/heads/b0')).toEqual({ count: ids.length, ids: ids.slice(0, 2_048) });
});

async function latestPush(): Promise<string | undefined> {
  const [row] = await forge.database.query<{ id: string }[]>('SELECT id FROM pushes WHERE repository_id = $1', [
    repository.id,
  ]);
  return row?.id;
}
