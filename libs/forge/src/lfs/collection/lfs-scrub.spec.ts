import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { AuditService } from '../../audit';
import type { UserActor } from '../../identity';
import { RepositoriesService, RepositoryAccessService, type Repository } from '../../repositories';
import { openForge, type ForgeFixture } from '../../testing/forge-fixture';
import { LfsBatchService } from '../lfs-batch.service';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsPurgeService } from './lfs-purge.service';
import { LfsScrubService } from './lfs-scrub.service';

const DAY_MS = 86_400_000;
let offsetMs = 0;
const clock = { now: () => new Date(Date.now() + offsetMs) };

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let serial = 0;

beforeAll(async () => {
  forge = await openForge({ clock });
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  offsetMs = 0;
  for (const table of ['lfs_links', 'lfs_objects']) await forge.database.query(`DELETE FROM ${table}`);
  alice = await forge.user(`alice${serial++}`);
  repository = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'data' });
});

const claimOf = (bytes: Buffer) => ({ oid: createHash('sha256').update(bytes).digest('hex'), sizeBytes: bytes.length });
const upload = async (bytes: Buffer) => {
  await forge.get(LfsObjectsService).upload(repository, claimOf(bytes), { stream: Readable.from([bytes]) });
  return claimOf(bytes);
};
const keyOf = async (oid: string) => {
  const [row] = await forge.database.query<{ storage_key: string }[]>(
    'SELECT storage_key FROM lfs_objects WHERE oid = $1',
    [oid],
  );
  return row?.storage_key ?? '';
};
const scrub = () => forge.get(LfsScrubService).run();
const keysBelow = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of forge.store.list(prefix)) keys.push(key);
  return keys;
};
async function plan(operation: 'upload' | 'download', { oid, sizeBytes }: { oid: string; sizeBytes: number }) {
  const opened = await forge.get(RepositoryAccessService).byId(alice, repository.id);
  if (!opened) throw new Error('alice cannot read her own repository');
  const request = { operation, objects: [{ oid, size: sizeBytes }] };
  return (await forge.get(LfsBatchService).plan(alice, opened, request)).objects[0];
}
const overwrite = async (oid: string, bytes: Buffer) =>
  void (await forge.store.put(await keyOf(oid), Readable.from(bytes.length > 0 ? [bytes] : [])));

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[500] = (copy[500] ?? 0) ^ 1;
  return copy;
}

it.each([
  ['a flipped byte', /hash to/, (oid: string, bytes: Buffer) => overwrite(oid, flipped(bytes))],
  ['a cut end', /has 400 bytes, not 1000/, (oid: string, bytes: Buffer) => overwrite(oid, bytes.subarray(0, 400))],
  [
    'a byte more',
    /has 1001 bytes/,
    (oid: string, bytes: Buffer) => overwrite(oid, Buffer.concat([bytes, bytes.subarray(0, 1)])),
  ],
  ['bytes that are gone', /missing/, async (oid: string) => forge.store.delete(await keyOf(oid))],
])('finds %s, hands nothing out, and an upload heals it', async (_what, damage, harm) => {
  const bytes = randomBytes(1000);
  const [object, healthy] = [await upload(bytes), await upload(randomBytes(1000))];
  await harm(object.oid, bytes);
  offsetMs = 31 * DAY_MS;
  const report = await scrub();
  expect(report).toMatchObject({ checked: 2, damaged: [{ oid: object.oid, damage: expect.stringMatching(damage) }] });
  expect(await forge.get(LfsScrubService).countDamaged()).toBe(1);
  expect(await plan('download', object)).toMatchObject({
    kind: 'refused',
    status: 410,
    message: expect.stringContaining('git lfs push --all'),
  });
  await expect(forge.get(LfsObjectsService).requireLinked(repository.id, object.oid)).rejects.toMatchObject({
    code: 'gone',
  });
  expect(await plan('download', healthy)).toMatchObject({ kind: 'download' });

  expect(await plan('upload', object)).toMatchObject({ kind: 'upload' });
  await upload(bytes);
  expect(await forge.get(LfsScrubService).countDamaged()).toBe(0);
  expect(await plan('download', object)).toMatchObject({ kind: 'download' });
  const objects = forge.get(LfsObjectsService);
  const read = await objects.read(await objects.requireLinked(repository.id, object.oid));
  expect((await buffer(read)).equals(bytes)).toBe(true);
  const told = await forge
    .get(AuditService)
    .list({ repositoryId: null, actionPrefix: 'lfs_object.', limit: 2, offset: 0 });
  expect(told).toMatchObject([
    { action: 'lfs_object.heal', target: object.oid },
    {
      action: 'lfs_object.damage',
      target: object.oid,
      actorName: null,
      details: { damage: expect.stringMatching(damage) },
    },
  ]);
});

it('keeps bad bytes aside until an upload has healed them for a month', async () => {
  const bytes = randomBytes(1000);
  const { oid } = await upload(bytes);
  await overwrite(oid, flipped(bytes));
  offsetMs = 31 * DAY_MS;
  await scrub();
  const aside = (await keysBelow('quarantine/')).filter((key) => key.includes(oid));
  expect(aside).toHaveLength(1);
  expect(await buffer(await forge.store.read(aside[0] ?? ''))).toEqual(flipped(bytes));
  const isAside = async () => (await keysBelow('quarantine/')).includes(aside[0] ?? '');
  offsetMs = 100 * DAY_MS;
  await forge.get(LfsPurgeService).all();
  expect(await isAside()).toBe(true);
  await upload(bytes);
  await forge.get(LfsPurgeService).all();
  expect(await isAside()).toBe(false);
});

it('heals what was condemned by a scrub that was killed before it moved the bytes', async () => {
  const bytes = randomBytes(1000);
  const { oid } = await upload(bytes);
  await overwrite(oid, flipped(bytes));
  const before = await keyOf(oid);
  await forge.database.query('UPDATE lfs_objects SET damaged_at = now() WHERE oid = $1', [oid]);
  await upload(bytes);
  expect(await keyOf(oid)).not.toBe(before);
  expect((await plan('download', claimOf(bytes)))?.kind).toBe('download');
  // And where nobody uploads, the next run moves them.
  const other = randomBytes(1000);
  const second = await upload(other);
  await forge.database.query('UPDATE lfs_objects SET damaged_at = now() WHERE oid = $1', [second.oid]);
  await scrub();
  expect(await forge.store.stat(await keyOf(second.oid))).toBeNull();
});

it('looks at each object once in the time that is set, those first that wait longest', async () => {
  const objects = [await upload(randomBytes(10)), await upload(randomBytes(10)), await upload(randomBytes(10))];
  expect(await scrub()).toMatchObject({ checked: 0 });
  offsetMs = 31 * DAY_MS;
  await forge.database.query(`UPDATE lfs_objects SET scrubbed_at = now() + interval '20 days' WHERE oid = $1`, [
    objects[1]?.oid,
  ]);
  await forge.database.query('UPDATE lfs_objects SET scrubbed_at = $2 WHERE NOT oid = ANY($1)', [
    objects.map(({ oid }) => oid),
    clock.now(),
  ]);
  expect(await scrub()).toEqual({ checked: 2, bytes: 20, damaged: [] });
  expect(await scrub()).toMatchObject({ checked: 0 });
  offsetMs = 55 * DAY_MS;
  expect(await scrub()).toMatchObject({ checked: 1 });
});

it('takes a store that does not answer for no damage', async () => {
  const { oid } = await upload(randomBytes(10));
  offsetMs = 31 * DAY_MS;
  const outage = jest.spyOn(forge.store, 'read').mockRejectedValue(new Error('the store is down'));
  await expect(scrub()).rejects.toThrow('the store is down');
  outage.mockRestore();
  expect(await forge.get(LfsScrubService).countDamaged()).toBe(0);
  expect((await scrub()).damaged).toEqual([]);
  expect(await forge.store.stat(await keyOf(oid))).not.toBeNull();
});
