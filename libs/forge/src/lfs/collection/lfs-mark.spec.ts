import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { presentObjects, updateRefs } from '@granary/git-process';
import { formatPointer } from '@granary/wire';
import { MaintenanceService } from '../../maintenance';
import { ProtectionsService } from '../../protection';
import { ReconcileService } from '../../pushes';
import { LfsCollectionFixture, MAIN, TOPIC, type Content } from '../../testing/lfs-collection-fixture';
import { LfsLocksService } from '../locks/lfs-locks.service';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsCollectionStateService } from './collection-state.service';
import { LfsKeepersService } from './lfs-keepers.service';

const RELEASE = 'refs/heads/release/1';

const room = new LfsCollectionFixture();

beforeAll(() => room.open(), 60_000);
afterAll(() => room.forge.close());
beforeEach(() => room.begin());

const protect = (role: 'write' | null) =>
  room.get(ProtectionsService).create(room.repository.id, {
    ...{ kind: 'branch', pattern: 'release/*', require_linear_history: false, enforce_admins: false },
    push: { role: 'write', users: [] },
    force_push: { role, users: [] },
    delete: { role, users: [] },
  });

describe('keeps', () => {
  it('what a branch, a tag or a hidden ref reaches, however old', async () => {
    const hidden = await room.upload();
    const move = { ref: 'refs/pull/1/head', newOid: await room.commit(hidden) };
    await updateRefs(room.forge.git, room.path, [move]);
    const kept = [hidden, ...(await room.pushed(MAIN, 'refs/tags/v1'))];
    room.days(1000);
    expect(await room.collect()).toMatchObject({ outcome: 'done', examined: 3, collected: { count: 0, bytes: 0 } });
    for (const content of kept) expect(await room.isLinked(content)).toBe(true);
  });

  it('what a pointer names that git-lfs would not read, and what no commit holds but a tag', async () => {
    const [odd, tagged] = [await room.upload(), await room.upload()];
    const blob = await room.write('blob', `my own notes\noid sha256:${odd.oid} \n`);
    const tree = await room.writeTree([['100644', 'notes', blob]]);
    await updateRefs(room.forge.git, room.path, [
      { ref: MAIN, newOid: await room.writeCommit(tree) },
      { ref: 'refs/tags/blob', newOid: await room.write('blob', formatPointer(tagged)) },
    ]);
    room.days(1000);
    await room.collect();
    expect([await room.isLinked(odd), await room.isLinked(tagged)]).toEqual([true, true]);
  });

  it('what a deleted branch named until the grace is over', async () => {
    const content = await room.pushedOne(TOPIC);
    room.days(100);
    await room.move({ [TOPIC]: null });
    room.days(13);
    await room.collect();
    expect(await room.isLinked(content)).toBe(true);
    room.days(2);
    expect(await room.collect()).toMatchObject({ collected: { count: 1, bytes: 1000, storage_bytes: 1000 } });
    expect([await room.isLinked(content), await room.isTrash(content)]).toEqual([false, true]);
  });

  it('what the default branch and protected branches held for ninety days, others not', async () => {
    await protect(null);
    const [main, release, free] = await room.pushed(MAIN, RELEASE, TOPIC);
    const held = [main!, release!];
    room.days(1);
    await room.pushed(MAIN, RELEASE, TOPIC);
    room.days(80);
    await room.collect();
    for (const content of held) expect(await room.isLinked(content)).toBe(true);
    expect(await room.isLinked(free!)).toBe(false);
    room.days(11);
    await room.collect();
    for (const content of held) expect(await room.isTrash(content)).toBe(true);
  });

  it('what was uploaded within the grace, or is being uploaded', async () => {
    const [young, awaited] = [await room.upload(), await room.upload()];
    room.days(13);
    await room.collect();
    expect(await room.isLinked(young)).toBe(true);
    room.days(2);
    await room.get(LfsObjectsService).admit(room.repository, room.alice, { oids: [], claims: [awaited] });
    await room.collect();
    expect([await room.isLinked(young), await room.isLinked(awaited)]).toEqual([false, true]);
  });

  it('what lies under an open lock on a branch that is gone', async () => {
    const content = await room.pushedOne({ ref: TOPIC, name: 'art.psd' });
    await room.move({ [TOPIC]: null });
    const input = { path: 'art.psd', ref: TOPIC };
    const { lock } = await room.get(LfsLocksService).create(room.repository.id, room.alice, input);
    room.days(1000);
    await room.collect();
    expect(await room.isLinked(content)).toBe(true);
    await room.query('DELETE FROM lfs_locks WHERE id = $1', [lock.id]);
    await room.collect();
    expect(await room.isTrash(content)).toBe(true);
  });

  it('everything when git cannot read what a ref reaches', async () => {
    const [content, other] = [await room.pushedOne(MAIN), await room.upload()];
    const blob = await room.git('rev-parse', `${content.commit}:data.bin`);
    await rm(join(room.path, 'objects', blob.slice(0, 2), blob.slice(2)));
    room.days(1000);
    expect(await room.collect()).toMatchObject({
      ...{ outcome: 'failed', collected: { count: 0 }, error: expect.any(String) },
    });
    expect([await room.isLinked(content), await room.isLinked(other)]).toEqual([true, true]);
    const due = { id: room.repository.id, completed_at: null };
    expect(await room.get(LfsCollectionStateService).due()).toContainEqual(due);
  });
});

it('passes over old tips that git has pruned', async () => {
  const content = await room.pushedOne(TOPIC);
  await room.move({ [TOPIC]: null });
  await rm(join(room.path, 'objects', content.commit.slice(0, 2), content.commit.slice(2)));
  room.days(5);
  expect(await room.collect()).toMatchObject({ outcome: 'done' });
  room.days(15);
  expect(await room.collect()).toMatchObject({ outcome: 'done', collected: { count: 1 } });
});

describe('while git forgets what no ref reaches', () => {
  /** Time passes: upkeep that drops what it may, then a collection. */
  async function pass(days: number): Promise<void> {
    room.days(days);
    // What fell out of reach just before the last upkeep is older than the fortnight that git keeps it.
    room.hours(1);
    const full = await room.get(MaintenanceService).run(room.repository.id, { full: true });
    expect(full).toMatchObject({ outcome: 'done' });
    expect(await room.collect()).toMatchObject({ outcome: 'done' });
  }

  /** Each of them drops what the one before has seen out of reach. */
  async function fortnights(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await pass(14);
  }

  /** Packs that a repack has dropped wait for an hour. */
  async function emptyLimbo(): Promise<void> {
    room.hours(1.1);
    expect(await room.get(MaintenanceService).run(room.repository.id)).toMatchObject({ outcome: 'done' });
  }

  const isInGit = async (oid: string) => (await presentObjects(room.forge.git, room.path, { oids: [oid] })).length > 0;

  async function readBack({ oid }: Content): Promise<Buffer> {
    const objects = room.get(LfsObjectsService);
    return buffer(await objects.read(await objects.requireLinked(room.repository.id, oid)));
  }

  it('old tips of protected branches stay for ninety days, whole, and can be put back', async () => {
    await protect('write');
    const [forced, deleted, free] = await room.pushed(RELEASE, 'refs/heads/release/2', TOPIC);
    await room.pushed(RELEASE);
    await room.move({ 'refs/heads/release/2': null, [TOPIC]: null });
    for (let week = 0; week < 2; week++) await pass(7);
    await fortnights(3);
    await emptyLimbo();
    expect([await isInGit(free!.commit), await room.isLinked(free!)]).toEqual([false, false]);
    for (const { commit: tip } of [forced!, deleted!]) expect(await isInGit(tip)).toBe(true);
    // Nobody's branch, and no push of anybody.
    expect(await room.get(ReconcileService).reconcile(room.repository.id)).toBe(0);
    await room.move({ 'refs/heads/release/2': deleted!.commit, 'refs/heads/back': forced!.commit });
    for (const content of [forced!, deleted!]) expect(await readBack(content)).toEqual(content.bytes);
    await room.git('fsck', '--connectivity-only');
  });

  it('and go after the ninety days, from the collection and from git', async () => {
    await protect('write');
    const old = await room.pushedOne(RELEASE);
    await room.pushed(RELEASE);
    await fortnights(6);
    await emptyLimbo();
    expect([await isInGit(old.commit), await room.isLinked(old)]).toEqual([true, true]);
    await fortnights(1);
    expect([await room.isLinked(old), await room.isTrash(old)]).toEqual([false, true]);
    await fortnights(2);
    await emptyLimbo();
    expect([await isInGit(old.commit), await room.isTrash(old), await room.keysOf(old)]).toEqual([false, false, []]);
    expect(await room.git('for-each-ref', 'refs/granary')).toBe('');
  });

  it('a branch that is protected after it was moved keeps what git has yet', async () => {
    const old = await room.pushedOne(RELEASE);
    await room.pushed(RELEASE);
    await pass(7);
    await protect('write');
    await fortnights(3);
    await emptyLimbo();
    expect([await isInGit(old.commit), await room.isLinked(old)]).toEqual([true, true]);
    await room.move({ 'refs/heads/back': old.commit });
    expect(await readBack(old)).toEqual(old.bytes);
  });

  it('what an open lock holds on to stays as long as the lock', async () => {
    const content = await room.pushedOne({ ref: TOPIC, name: 'art.psd' });
    await room.move({ [TOPIC]: null });
    const input = { path: 'art.psd', ref: TOPIC };
    const { lock } = await room.get(LfsLocksService).create(room.repository.id, room.alice, input);
    await fortnights(7);
    await emptyLimbo();
    expect([await isInGit(content.commit), await room.isLinked(content)]).toEqual([true, true]);
    await room.query('DELETE FROM lfs_locks WHERE id = $1', [lock.id]);
    await fortnights(2);
    await emptyLimbo();
    expect([await isInGit(content.commit), await room.isLinked(content)]).toEqual([false, false]);
  });
});

describe('who keeps an object', () => {
  const keepers = async (content: Content, actor = room.alice) =>
    room.get(LfsKeepersService).of(actor, await room.opened(), content.oid);

  it('is told with ref, commit and path; then the pushes; then nobody', async () => {
    const content = await room.pushedOne({ ref: TOPIC, name: 'dir/ä.bin' });
    expect(await keepers(content)).toMatchObject({
      state: 'linked',
      refs: [{ ref: TOPIC, commit: content.commit, path: 'dir/ä.bin' }],
      pushes: [],
      grace_until: expect.any(String),
    });
    await room.move({ [TOPIC]: null });
    expect(await keepers(content)).toMatchObject({
      refs: [],
      pushes: [{ ref: TOPIC, path: 'dir/ä.bin' }, { ref: TOPIC }],
    });
    room.days(15);
    expect(await keepers(content)).toMatchObject({ refs: [], pushes: [], grace_until: null });
    const input = { path: 'dir/ä.bin', ref: TOPIC };
    await room.get(LfsLocksService).create(room.repository.id, room.alice, input);
    expect(await keepers(content)).toMatchObject({ locks: [{ path: 'dir/ä.bin', owner: room.alice.name }] });
  });

  it('names those other repositories alone that the asker may read', async () => {
    const content = await room.pushedOne(MAIN);
    const bob = await room.forge.user('bob');
    const theirs = await room.create('private', bob);
    await room.upload(theirs, content.bytes);
    expect(await keepers(content)).toMatchObject({ other_repositories: [], other_repository_count: null });
    const root = await room.forge.user('rooty', { isAdmin: true });
    expect(await keepers(content, root)).toMatchObject({
      other_repositories: [`${bob.name}/${theirs.name}`],
      other_repository_count: 1,
    });
  });

  it('is not told of an object that only others have', async () => {
    const content = await room.upload(await room.create('second'));
    await expect(keepers(content)).rejects.toMatchObject({ code: 'not_found' });
  });
});
