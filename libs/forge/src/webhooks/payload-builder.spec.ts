import { DomainError } from '@granary/kernel';
import { startDatabase, type TestDatabase } from '../events/testing/database';
import type { HubEvent } from '../events';
import type { CommitReader } from './commit-reader';
import { commit, NEW, OLD, readerOf, webhookWorld, ZERO, type WebhookWorld } from './testing/webhook-world';
import { startReceiver } from './testing/receiver';

jest.setTimeout(60_000);
let postgres: TestDatabase;
let world: WebhookWorld;
let answer: CommitReader['commitsBetween'];
let known: Partial<CommitReader>;

beforeAll(async () => {
  postgres = await startDatabase();
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  answer = async () => ({ commits: [commit(NEW)], total: 1 });
  known = {};
  const reader = readerOf((...asked) => answer(...asked), {
    commitBehind: async (_id, oid) => (known.commitBehind ? known.commitBehind(_id, oid) : oid),
    commits: async (id, ids) => (known.commits ? known.commits(id, ids) : ids.map((one) => commit(one))),
  });
  world = await webhookWorld({ database: postgres.database, reader });
});

/** The payload as the log shows it to a hook that listens to everything. */
async function payloadOf(event: HubEvent): Promise<Record<string, unknown>> {
  const receiver = await startReceiver();
  const hook = await world.createHook(receiver.url, { events: ['*'] });
  await world.happen(event);
  await receiver.close();
  const [delivery] = await world.log.deliveries(world.keyOf(hook), { limit: 1, offset: 0 });
  return (await world.log.delivery(world.keyOf(hook), delivery!.id)).payload as Record<string, unknown>;
}

it("tells a push in GitHub's words", async () => {
  const ranges: unknown[] = [];
  answer = async (_id, range) => {
    ranges.push(range);
    if (range.after === OLD) return { commits: [], total: 0 };
    return { commits: [commit('1'.repeat(40)), commit(NEW)], total: 31 };
  };
  const payload = await payloadOf(world.push());
  const html = `https://hub.example.org/${world.ownerName}/project`;
  const { repository, sender, commits, ...facts } = payload;
  expect(facts).toEqual({
    ref: 'refs/heads/main',
    before: OLD,
    after: NEW,
    created: false,
    deleted: false,
    forced: false,
    base_ref: null,
    compare: `${html}/-/commits/${NEW}`,
    total_commits: 31,
    commits_truncated: true,
    head_commit: expect.objectContaining({ id: NEW }),
    pusher: { name: world.ownerName, email: `${world.ownerName}@users.noreply.granary` },
  });
  expect(commits).toEqual([
    expect.objectContaining({ id: '1'.repeat(40), distinct: false }),
    {
      id: NEW,
      tree_id: 'c'.repeat(40),
      distinct: true,
      message: 'Sow',
      timestamp: '2026-03-01T11:00:00Z',
      url: `${html}/-/commit/${NEW}`,
      author: { name: 'Ada', email: 'ada@example.org' },
      committer: { name: 'Ada', email: 'ada@example.org' },
      added: ['seed.txt'],
      removed: [],
      modified: [],
    },
  ]);
  expect(repository).toMatchObject({
    id: world.repositoryId,
    name: 'project',
    full_name: `${world.ownerName}/project`,
    private: true,
    html_url: html,
    clone_url: `${html}.git`,
    ssh_url: `ssh://git@hub.example.org:2222/${world.ownerName}/project.git`,
    url: `https://hub.example.org/api/v3/repos/${world.ownerName}/project`,
    owner: { login: world.ownerName },
    default_branch: 'main',
  });
  expect(sender).toMatchObject({ login: world.ownerName, id: world.userId, type: 'User' });
  expect(ranges).toContainEqual({ before: OLD, after: NEW, limit: 2_048 });
});

it('keeps the order of the fields, as the receiver will read them', async () => {
  const keys = Object.keys(await payloadOf(world.push()));
  expect(keys.slice(0, 3)).toEqual(['ref', 'before', 'after']);
});

it('calls a push forced when the old tip has commits that the new one has not', async () => {
  answer = async (_id, { after }) => ({ commits: [commit(after)], total: after === OLD ? 2 : 1 });
  expect(await payloadOf(world.push())).toMatchObject({ forced: true });
});

it('tells a new branch by the commits that it was the first to bring, oldest first, and its head even if it brought none', async () => {
  answer = async () => Promise.reject(new Error('nobody asks what lies before a new branch'));
  const created = { created: true, before: ZERO, ref: 'refs/heads/fix/#1' };
  const [one, two] = ['1'.repeat(40), NEW];
  const bringing = await payloadOf(world.push({ ...created, newCommits: { count: 2, ids: [two, one] } }));
  expect(bringing).toMatchObject({
    commits: [
      { id: one, distinct: true },
      { id: two, distinct: true },
    ],
    total_commits: 2,
    head_commit: { id: NEW },
  });
  const bringingNone = await payloadOf(world.push({ ...created, newCommits: { count: 0, ids: [] } }));
  expect(bringingNone).toMatchObject({
    created: true,
    forced: false,
    commits: [],
    total_commits: 0,
    head_commit: { id: NEW, distinct: false },
    compare: `https://hub.example.org/${world.ownerName}/project/-/commits/${NEW}`,
  });
  expect(bringingNone).not.toHaveProperty('commits_truncated');
});

it('tells an annotated tag by its commit, and one of a file without any', async () => {
  const behind = 'd'.repeat(40);
  known.commitBehind = async () => behind;
  const tag = { created: true, before: ZERO, ref: 'refs/tags/v1', newCommits: { count: 0, ids: [] } };
  const html = `https://hub.example.org/${world.ownerName}/project`;
  expect(await payloadOf(world.push(tag))).toMatchObject({
    after: NEW,
    head_commit: { id: behind },
    compare: `${html}/-/commits/${behind}`,
  });
  known.commitBehind = async () => null;
  expect(await payloadOf(world.push(tag))).toMatchObject({ head_commit: null, compare: `${html}/-/tags` });
});

it('says so when nobody could look which commits are new', async () => {
  const partial = { count: 0, ids: [], isPartial: true as const };
  expect(await payloadOf(world.push({ created: true, before: ZERO, newCommits: partial }))).toMatchObject({
    commits: [],
    commits_truncated: true,
  });
  expect(await payloadOf(world.push({ newCommits: partial }))).toMatchObject({ commits: [{ distinct: true }] });
});

it('knows its users by their addresses', async () => {
  await postgres.database.query('UPDATE users SET email = $2 WHERE id = $1', [world.userId, 'ADA@example.org']);
  const { commits, pusher, repository } = await payloadOf(world.push());
  expect(commits).toMatchObject([{ author: { username: world.ownerName }, committer: { username: world.ownerName } }]);
  expect(pusher).toEqual({ name: world.ownerName, email: 'ADA@example.org' });
  expect(repository).toMatchObject({ owner: { name: world.ownerName, email: 'ADA@example.org' } });
});

it('cuts messages between characters, the shorter the more of them there are', async () => {
  const message = 'x' + '\u{1f33e}'.repeat(10_000);
  answer = async () => ({ commits: [commit(NEW, { message })], total: 1 });
  const told = async () =>
    (await payloadOf(world.push())) as unknown as { commits: { message: string; message_truncated: boolean }[] };
  const [one] = (await told()).commits;
  expect(one?.message).toHaveLength(8_191);
  expect(one?.message).not.toMatch(/[\ud800-\udbff]$/);
  answer = async () => ({ commits: Array.from({ length: 2_048 }, () => commit(NEW, { message })), total: 2_048 });
  const { commits } = await told();
  expect(commits).toHaveLength(2_048);
  expect(commits.every(({ message: text, message_truncated: cut }) => cut && text.length <= 2_048)).toBe(true);
});

it('stays below the 25 MB that receivers take, telling the newest commits and that there are more', async () => {
  const person = { name: 'ä\u0001'.repeat(100_000), email: `${'e'.repeat(100_000)}@example.org` };
  const long = (i: number) => {
    const added = Array.from({ length: 20 }, (_, n) => `${n}-${'p'.repeat(1_000)}`);
    return commit(i === 2_047 ? NEW : '1'.repeat(40), { author: person, committer: person, added });
  };
  answer = async () => ({ commits: Array.from({ length: 2_048 }, (_, i) => long(i)), total: 2_048 });
  const payload = (await payloadOf(world.push())) as { commits: { id: string; author: { name: string } }[] };
  expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThan(25_000_000);
  expect(payload).toMatchObject({ commits_truncated: true, total_commits: 2_048, head_commit: { id: NEW } });
  expect(payload.commits.length).toBeGreaterThan(500);
  expect(payload.commits.at(-1)).toMatchObject({ id: NEW, author: { name: person.name.slice(0, 1_024) } });
});

it('tells no commits of a branch that was deleted, and where it was', async () => {
  answer = async () => Promise.reject(new Error('git was asked'));
  const payload = await payloadOf(world.push({ deleted: true, after: ZERO }));
  expect(payload).toMatchObject({ deleted: true, commits: [], head_commit: null, total_commits: 0 });
  expect(payload['compare']).toBe(`https://hub.example.org/${world.ownerName}/project/-/commits/${OLD}`);
});

it('tells a push whose commits are gone by now without them', async () => {
  answer = async () => Promise.reject(new DomainError('not_found', 'gone'));
  known.commitBehind = async () => null;
  expect(await payloadOf(world.push())).toMatchObject({ after: NEW, commits: [], head_commit: null });
});

it('bounds what one commit brings, and says so', async () => {
  answer = async () => ({ commits: [commit(NEW, { message: 'x'.repeat(100_000), arePathsCut: true })], total: 1 });
  const { head_commit: head } = (await payloadOf(world.push())) as {
    head_commit: { message: string; message_truncated?: boolean; files_truncated?: boolean };
  };
  expect(head.message).toHaveLength(8_192);
  expect(head).toMatchObject({ message_truncated: true, files_truncated: true });
});

it('says nothing of cutting where nothing was cut', async () => {
  const { head_commit: head } = (await payloadOf(world.push())) as { head_commit: object };
  expect(Object.keys(head)).not.toEqual(expect.arrayContaining(['message_truncated']));
  expect(Object.keys(head)).not.toEqual(expect.arrayContaining(['files_truncated']));
});

it('tells of created and deleted branches and tags by their short names', async () => {
  const base = { repositoryId: world.repositoryId, actorUserId: world.userId };
  const created = await payloadOf({ kind: 'create', ...base, refType: 'tag', ref: 'refs/tags/v1' });
  expect(created).toMatchObject({ ref: 'v1', ref_type: 'tag', master_branch: 'main', pusher_type: 'user' });
  const deleted = await payloadOf({ kind: 'delete', ...base, refType: 'branch', ref: 'refs/heads/a/b' });
  expect(deleted).toMatchObject({ ref: 'a/b', ref_type: 'branch', repository: { name: 'project' } });
});

it('tells what became of a repository', async () => {
  const base = { kind: 'repository', repositoryId: world.repositoryId, actorUserId: null } as const;
  expect(await payloadOf({ ...base, action: 'renamed', previousName: 'old' })).toMatchObject({
    action: 'renamed',
    changes: { repository: { name: { from: 'old' } } },
    sender: { login: 'ghost' },
  });
});
