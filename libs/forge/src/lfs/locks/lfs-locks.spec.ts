import { AuditService } from '../../audit';
import type { UserActor } from '../../identity';
import {
  CollaboratorsService,
  RepositoriesService,
  RepositoryAccessService,
  type OpenRepository,
} from '../../repositories';
import { openForge, type ForgeFixture } from '../../testing/forge-fixture';
import { untilBlocked } from '../../testing/until-blocked';
import { LfsLocksService } from './lfs-locks.service';
import { LockSearchService } from './lock-search.service';

let forge: ForgeFixture;
let alice: UserActor;
let bob: UserActor;
let carol: UserActor;
let locks: LfsLocksService;
let serial = 0;
let path: { namespace: string; name: string };
let repositoryId: number;

beforeAll(async () => {
  forge = await openForge();
  [alice, bob, carol] = [await forge.user('alice'), await forge.user('bob'), await forge.user('carol')];
  locks = forge.get(LfsLocksService);
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  path = { namespace: 'alice', name: `r${serial++}` };
  const repository = await forge.get(RepositoriesService).create(alice, path);
  repositoryId = repository.id;
  await forge.get(CollaboratorsService).set(repository, 'bob', 'write');
  await forge.get(CollaboratorsService).set(repository, 'carol', 'maintain');
});

const open = (actor: UserActor): Promise<OpenRepository> =>
  forge.get(RepositoryAccessService).open(actor, path, 'write');
const lock = async (actor: UserActor, file = 'a.psd', ref: string | null = 'refs/heads/main') =>
  (await locks.create(repositoryId, actor, { path: file, ref })).lock;
const audit = () => forge.get(AuditService).list({ repositoryId, actionPrefix: 'lfs_lock', limit: 100, offset: 0 });
const takeOver = async (actor: UserActor, id: number) => locks.takeOver(actor, await open(actor), String(id));
const unlock = async (actor: UserActor, id: number, force = false) =>
  locks.unlock(actor, await open(actor), { id: String(id), force });

it('hands a lock over under a new id, and the old one reaches nothing', async () => {
  const former = await lock(bob);
  const now = await takeOver(carol, former.id);
  expect(now).toMatchObject({ path: 'a.psd', ref: 'refs/heads/main', ownerName: 'carol' });
  expect(now.id).not.toBe(former.id);
  await expect(unlock(bob, former.id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(unlock(bob, now.id)).rejects.toMatchObject({ code: 'forbidden' });
  expect([...(await locks.heldByOthers(repositoryId, bob.userId)).values()]).toEqual([
    { path: 'a.psd', owner: 'carol' },
  ]);
  expect(await audit()).toMatchObject([
    {
      action: 'lfs_lock.take_over',
      actorName: 'carol',
      details: { id: now.id, previous_id: former.id, previous_owner: 'bob' },
    },
    { action: 'lfs_lock.create', actorName: 'bob', target: 'a.psd', details: { id: former.id } },
  ]);
});

it.each<[string, () => UserActor, () => UserActor, string]>([
  ['by a writer', () => alice, () => bob, 'forbidden'],
  ['of one’s own', () => carol, () => carol, 'conflict'],
])('refuses a take-over %s, and changes nothing', async (_what, owner, actor, code) => {
  const { id } = await lock(owner());
  await expect(takeOver(actor(), id)).rejects.toMatchObject({ code });
  expect((await locks.one(repositoryId, String(id))).ownerUserId).toBe(owner().userId);
  expect(await audit()).toHaveLength(1);
});

it('lets one of several take over or release it at once, and nobody lock the path in between', async () => {
  const { id } = await lock(bob);
  const results = await Promise.allSettled([
    takeOver(carol, id),
    takeOver(alice, id),
    unlock(bob, id),
    unlock(alice, id, true),
    ...Array.from({ length: 4 }, () => takeOver(carol, id)),
  ]);
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'not_found' });
  }
  expect(await audit()).toHaveLength(2);
});

it('never leaves the path free while it is taken over', async () => {
  for (let round = 0; round < 10; round++) {
    const { id, path: file } = await lock(bob, `f${round}`);
    const [now, attempts] = await Promise.all([
      takeOver(carol, id),
      Promise.all(Array.from({ length: 5 }, () => locks.create(repositoryId, alice, { path: file, ref: null }))),
    ]);
    expect(attempts.map(({ isNew }) => isNew)).toEqual([false, false, false, false, false]);
    expect(now.ownerName).toBe('carol');
  }
});

it('takes a lock over only once the repository is its own, so that who locks at once does not wait for ever', async () => {
  const { id, path: file } = await lock(bob);
  let taking: Promise<unknown> | undefined;
  await forge.database.transaction(async (other) => {
    await other.query('SELECT 1 FROM repositories WHERE id = $1 FOR NO KEY UPDATE', [repositoryId]);
    taking = takeOver(carol, id);
    await untilBlocked(forge.database);
    // Where the take-over had the lock's row already, this would wait for it, and it for this.
    const inserted: unknown = await other.query(
      `INSERT INTO lfs_locks (repository_id, path, owner_user_id, locked_at) VALUES ($1, $2, $3, now())
       ON CONFLICT (repository_id, path) DO NOTHING RETURNING id`,
      [repositoryId, file, alice.userId],
    );
    expect(inserted).toEqual([]);
  });
  await expect(taking).resolves.toMatchObject({ ownerName: 'carol' });
});

it('records a forced release as one, and what was refused not at all', async () => {
  const { id } = await lock(bob);
  await expect(unlock(carol, id)).rejects.toMatchObject({ code: 'forbidden' });
  await unlock(carol, id, true);
  const own = await lock(bob);
  await unlock(bob, own.id, true);
  expect((await audit()).map(({ action }) => action)).toEqual([
    'lfs_lock.release',
    'lfs_lock.create',
    'lfs_lock.force_release',
    'lfs_lock.create',
  ]);
});

it('reads a branch out of a request, and nothing that is none', async () => {
  for (const [file, ref, kept] of [
    ['a', 'refs/heads/topic/x', 'refs/heads/topic/x'],
    ['b', 'refs/tags/v1', null],
    ['c', 'refs/heads/..', null],
    ['d', '', null],
  ] as const) {
    expect((await lock(bob, file, ref)).ref).toBe(kept);
  }
});

it('ends at ten thousand locks', async () => {
  await forge.database.query(
    `INSERT INTO lfs_locks (repository_id, path, owner_user_id) SELECT $1, 'f' || n, $2 FROM generate_series(1, 10000) n`,
    [repositoryId, bob.userId],
  );
  await expect(lock(bob, 'one-more')).rejects.toMatchObject({ code: 'conflict' });
  const taken = await takeOver(carol, (await locks.list(repositoryId, { path: 'f7' })).locks[0]?.id ?? 0);
  expect(taken.ownerName).toBe('carol');
});

describe('looking for locks', () => {
  const find = async (search: Partial<Parameters<LockSearchService['find']>[1]> = {}) =>
    forge.get(LockSearchService).find((await open(alice)).repository, { limit: 10, offset: 0, ...search });
  const paths = async (search?: Parameters<typeof find>[0]) => (await find(search)).map((each) => each.path);

  beforeEach(async () => {
    await lock(bob, 'art/One.psd');
    await lock(alice, 'art/two.psd', 'refs/heads/topic');
    await lock(bob, 'music/three.wav');
  });

  it('shows the viewer’s own first, then the latest, and filters', async () => {
    expect(await paths()).toEqual(['music/three.wav', 'art/two.psd', 'art/One.psd']);
    expect(await paths({ viewerId: alice.userId })).toEqual(['art/two.psd', 'music/three.wav', 'art/One.psd']);
    expect(await paths({ owner: 'BOB' })).toEqual(['music/three.wav', 'art/One.psd']);
    expect(await paths({ text: 'one' })).toEqual(['art/One.psd']);
    expect(await paths({ text: '%' })).toEqual([]);
    expect(await paths({ path: 'art/One.psd' })).toEqual(['art/One.psd']);
    expect(await paths({ ref: 'refs/heads/topic' })).toEqual(['art/two.psd']);
    expect(await paths({ limit: 1, offset: 1 })).toEqual(['art/two.psd']);
  });

  it('hints at owners who are gone, at files that are nowhere, and at silence', async () => {
    const age = (days: number) =>
      forge.database.query(
        `UPDATE lfs_locks SET locked_at = now() - make_interval(days => $2) WHERE repository_id = $1`,
        [repositoryId, days],
      );
    const reasons = async () => (await find()).map(({ stale }) => stale?.reason ?? null);
    expect(await reasons()).toEqual([null, null, null]);
    await age(2);
    expect(await reasons()).toEqual(['missing', 'missing', 'missing']);
    await forge.get(CollaboratorsService).set((await open(alice)).repository, 'bob', 'read');
    expect(await reasons()).toEqual(['no_access', 'missing', 'no_access']);
    await forge.database.query('UPDATE users SET is_active = false WHERE id = $1', [alice.userId]);
    expect(await reasons()).toEqual(['no_access', 'no_access', 'no_access']);
    await forge.database.query('UPDATE users SET is_active = true WHERE id = $1', [alice.userId]);
  });
});
