import { updateRefs } from '@granary/git-process';
import { AuditService, withOrigin } from '../../audit';
import { Repository } from '../../repositories';
import { LfsCollectionFixture, MAIN, TOPIC, type Content, type Pushed } from '../../testing/lfs-collection-fixture';
import { LfsBatchService } from '../lfs-batch.service';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsUploadsService } from '../lfs-uploads.service';
import { LfsCollectionStateService } from './collection-state.service';
import { LfsMarkService } from './lfs-mark.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsSweepService } from './lfs-sweep.service';
import { LfsTrashService } from './lfs-trash.service';

const AGAIN = 'refs/heads/again';

const room = new LfsCollectionFixture();

beforeAll(() => room.open(), 60_000);
afterAll(() => room.forge.close());
beforeEach(() => room.begin());

const usage = async () => {
  const row = await room.forge.database.manager.findOneByOrFail(Repository, { id: room.repository.id });
  return { bytes: row.lfsSizeBytes, objects: row.lfsObjectCount };
};

describe('collects', () => {
  let kept: Content;
  let lost: Pushed;

  beforeEach(async () => {
    const pushed = await room.pushed(MAIN, { ref: TOPIC, name: 'art/lost.bin' }, 'refs/heads/other');
    [kept, lost] = [pushed[0]!, pushed[1]!];
    await room.move({ [TOPIC]: pushed[2]!.commit });
    room.days(15);
  });

  it('what was force-pushed away: out of reach and of the quota, restorable, and gone after the window', async () => {
    const dry = await room.collect(true);
    expect(dry).toMatchObject({ dry_run: true, collected: { count: 1, bytes: 1000, storage_bytes: 1000 } });
    expect(dry.objects).toMatchObject([
      {
        oid: lost.oid,
        size_bytes: 1000,
        shared: false,
        last_named: { ref: TOPIC, path: 'art/lost.bin', commit: lost.commit },
      },
    ]);
    expect(await room.isLinked(lost)).toBe(true);
    expect(await usage()).toEqual({ bytes: 3000, objects: 3 });

    expect(await room.collect()).toMatchObject({ objects: [{ oid: lost.oid }], purged: 0 });
    expect(await usage()).toEqual({ bytes: 2000, objects: 2 });
    await expect(room.get(LfsObjectsService).requireLinked(room.repository.id, lost.oid)).rejects.toMatchObject({
      code: 'not_found',
    });
    await room.get(LfsTrashService).restoreOne(room.repository, lost.oid);
    expect([await room.isLinked(lost), await room.isTrash(lost), (await usage()).bytes]).toEqual([true, false, 3000]);
    await expect(room.get(LfsTrashService).restoreOne(room.repository, lost.oid)).rejects.toMatchObject({
      code: 'not_found',
    });

    // The restored object has its grace again.
    await room.collect();
    expect(await room.isLinked(lost)).toBe(true);
    room.days(15);
    await room.collect();
    room.days(13);
    await room.collect();
    expect([await room.isTrash(lost), (await room.keysOf(lost)).length]).toEqual([true, 1]);
    room.days(2);
    expect(await room.collect()).toMatchObject({ purged: 1 });
    expect([await room.isTrash(lost), await room.keysOf(lost)]).toEqual([false, []]);
    expect(await room.oidsIn('lfs_objects')).not.toContain(lost.oid);
    expect(await room.isLinked(kept)).toBe(true);
  });

  it('and tells it all to the audit log: with counts, by whom, and nothing where nothing happened', async () => {
    const told = async (repositoryId: number | null = room.repository.id) =>
      (await room.get(AuditService).list({ repositoryId, actionPrefix: 'lfs_', limit: 10, offset: 0 })).map(
        ({ action, target, actorName, details }) => ({ action, target, actorName, details }),
      );
    const byHub = { actorName: null };
    await room.collect(true);
    expect(await told()).toEqual([]);
    await room.collect();
    const collected = { action: 'lfs_object.collect', target: lost.oid, ...byHub, details: { count: 1, bytes: 1000 } };
    expect(await told()).toEqual([collected]);
    // Whoever pushes brings it back; the hub takes it again.
    await room.move({ [AGAIN]: lost.commit });
    const restored = { action: 'lfs_object.restore', target: lost.oid, details: { count: 1 } };
    expect((await told())[0]).toEqual({ ...restored, actorName: room.alice.name });
    await room.move({ [AGAIN]: null });
    room.days(15);
    await room.collect();
    await withOrigin({ via: 'cli' }, () => room.get(LfsTrashService).restoreOne(room.repository, lost.oid));
    expect((await told())[0]).toEqual({ ...restored, ...byHub });
    await room.collect();
    room.days(15);
    await room.collect();
    room.days(15);
    await room.collect();
    expect((await told()).map(({ action }) => action).slice(0, 2)).toEqual([
      'lfs_object.discard',
      'lfs_object.collect',
    ]);
    const [purged] = await told(null);
    expect(purged).toEqual({
      action: 'lfs_object.purge',
      target: lost.oid,
      ...byHub,
      details: { count: 1, bytes: 1000 },
    });
    const count = (await told()).length;
    await room.collect();
    await room.get(LfsPurgeService).all();
    expect(await told()).toHaveLength(count);
  });

  it('but what a batch asks for comes back, and needs no upload', async () => {
    await room.collect();
    const request = { operation: 'upload' as const, objects: [{ oid: lost.oid, size: lost.sizeBytes }] };
    const plan = await room.get(LfsBatchService).plan(room.alice, await room.opened(), request);
    expect(plan.objects).toMatchObject([{ kind: 'present' }]);
    expect([await room.isLinked(lost), await room.isTrash(lost)]).toEqual([true, false]);
  });

  it('but what is pushed again comes back, from commits that were there all the time', async () => {
    await room.collect();
    await room.move({ [AGAIN]: lost.commit });
    expect([await room.isLinked(lost), await room.isTrash(lost)]).toEqual([true, false]);
  });

  it('and brings back by itself what a ref came to name beside the hub', async () => {
    await room.collect();
    await updateRefs(room.forge.git, room.path, [{ ref: 'refs/heads/beside', newOid: lost.commit }]);
    room.days(100);
    expect(await room.collect()).toMatchObject({ restored: 1, purged: 0 });
    expect(await room.isLinked(lost)).toBe(true);
  });

  it('bytes only with the last link', async () => {
    const second = await room.create('second');
    await room.upload(second, lost.bytes);
    expect((await room.collect(true)).objects).toMatchObject([{ oid: lost.oid, shared: true }]);
    expect(await room.collect()).toMatchObject({ collected: { count: 1, bytes: 1000, storage_bytes: 0 } });
    room.days(15);
    expect(await room.collect()).toMatchObject({ purged: 1 });
    expect(await room.oidsIn('lfs_links', second.id)).toEqual([lost.oid]);
    expect(await room.keysOf(lost)).toHaveLength(1);
    // The second repository is deleted and purged: its link goes with it, and then the bytes.
    await room.query('DELETE FROM repositories WHERE id = $1', [second.id]);
    await room.get(LfsPurgeService).all();
    expect(await room.keysOf(lost)).toEqual([]);
  });

  it('nothing twice, wherever it was killed', async () => {
    const sweeper = room.get(LfsSweepService);
    const marked = await room.get(LfsMarkService).mark(room.repository);
    await sweeper.sweep(room.repository, marked);
    // Killed before the report: the same mark, and a new one, find nothing more to do.
    expect(await sweeper.sweep(room.repository, marked)).toEqual({ collected: [], restored: [], purged: [] });
    expect(await room.collect()).toMatchObject({ collected: { count: 0 }, purged: 0 });
    expect(await usage()).toEqual({ bytes: 2000, objects: 2 });
    // Killed between the row and the key: the key is found without a row, and goes at the second look.
    const [key = ''] = await room.keysOf(lost);
    await room.query('DELETE FROM lfs_trash WHERE oid = $1', [lost.oid]);
    await room.query('DELETE FROM lfs_objects WHERE oid = $1', [lost.oid]);
    await room.get(LfsPurgeService).all();
    expect(await room.keysOf(lost)).toEqual([key]);
    room.days(2);
    expect(await room.get(LfsPurgeService).all()).toMatchObject({ orphans: 1 });
    expect(await room.keysOf(lost)).toEqual([]);
    expect(await room.keysOf(kept)).toHaveLength(1);
  });
});

it('asks for runs where something happened, at most once a day', async () => {
  const state = room.get(LfsCollectionStateService);
  const isDue = async () => (await state.due()).some(({ id }) => id === room.repository.id);
  expect(await isDue()).toBe(false);
  const content = await room.pushedOne(TOPIC);
  expect(await isDue()).toBe(true);
  await room.collect();
  expect(await isDue()).toBe(false);
  expect((await state.get(room.repository.id)).last_run).toMatchObject({ outcome: 'done' });
  room.days(1);
  expect(await isDue()).toBe(false);
  await room.move({ [TOPIC]: null });
  expect(await isDue()).toBe(true);
  await room.collect();
  room.days(8);
  expect(await isDue()).toBe(true);
  room.days(10);
  await room.collect();
  expect(await room.isTrash(content)).toBe(true);
});

it('keeps the bytes of an object that an open upload names from the purge, and of no other', async () => {
  const [awaited, free] = [await room.upload(), await room.upload()];
  const elsewhere = await room.create('elsewhere');
  await room.get(LfsObjectsService).admit(elsewhere, room.alice, { oids: [], claims: [awaited] });
  const both = [awaited.oid, free.oid];
  await room.query('DELETE FROM lfs_links WHERE oid = ANY($1)', [both]);
  room.days(2);
  await room.get(LfsPurgeService).objects(both);
  expect([await room.keysOf(awaited), await room.keysOf(free)]).toEqual([[expect.any(String)], []]);
  await room.get(LfsPurgeService).all();
  expect(await room.oidsIn('lfs_objects')).toEqual(expect.arrayContaining([awaited.oid]));
  await room.get(LfsUploadsService).release(elsewhere.id, awaited.oid);
  await room.get(LfsPurgeService).all();
  expect(await room.keysOf(awaited)).toEqual([]);
});

it('keeps for an hour what was shown, where there is no grace', async () => {
  const content = await room.upload();
  await room.query('DELETE FROM lfs_links WHERE oid = $1', [content.oid]);
  room.hours(0.99);
  await room.get(LfsPurgeService).objects([content.oid]);
  expect(await room.keysOf(content)).toHaveLength(1);
  room.hours(0.02);
  await room.get(LfsPurgeService).objects([content.oid]);
  expect(await room.keysOf(content)).toEqual([]);
});
