import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { UserActor } from '../identity';
import { RepositoriesService, Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { LfsObjectsService } from './lfs-objects.service';

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  alice = await forge.user(`alice${serial++}`);
  repository = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'data' });
});

const claimOf = (bytes: Buffer) => ({
  oid: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.length,
});

const upload = (bytes: Buffer, claim = claimOf(bytes)) =>
  forge.get(LfsObjectsService).upload(repository, claim, { stream: Readable.from([bytes]) });

const keysBelow = async (prefix: string) => {
  const keys: string[] = [];
  for await (const { key } of forge.store.list(prefix)) keys.push(key);
  return keys;
};

const usage = async () => {
  const row = await forge.database.manager.findOneByOrFail(Repository, { id: repository.id });
  return { bytes: row.lfsSizeBytes, objects: row.lfsObjectCount };
};

it('stores one object and charges it once when it comes twenty times at once', async () => {
  const bytes = randomBytes(50_000);
  await Promise.all(Array.from({ length: 20 }, () => upload(bytes)));
  expect(await usage()).toEqual({ bytes: 50_000, objects: 1 });
  const objects = forge.get(LfsObjectsService);
  const read = await objects.read(await objects.requireLinked(repository.id, claimOf(bytes).oid));
  expect((await buffer(read)).equals(bytes)).toBe(true);
  expect(await keysBelow('lfs/')).toEqual([expect.stringContaining(claimOf(bytes).oid)]);
});

it('holds the quota of a namespace under parallel uploads at its edge', async () => {
  await forge.database.query(`UPDATE namespaces SET limits = '{"lfs_private_bytes": 250}' WHERE id = $1`, [
    repository.namespaceId,
  ]);
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => upload(randomBytes(100))));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(6);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'quota_exceeded', hint: expect.any(String) });
  expect(await usage()).toEqual({ bytes: 200, objects: 2 });
});

it('keeps nothing of a body that is not what it claims', async () => {
  const [bytes, other] = [randomBytes(100), randomBytes(100)];
  await expect(upload(other, claimOf(bytes))).rejects.toMatchObject({ code: 'hash_mismatch' });
  const before = await forge.get(LfsObjectsService).linked(repository.id, [claimOf(bytes).oid, claimOf(other).oid]);
  expect([...before.keys()]).toEqual([]);
  expect(await keysBelow('staging/')).toEqual([]);
  expect(await usage()).toEqual({ bytes: 0, objects: 0 });
});

it('looks up more objects than a statement has parameters', async () => {
  const bytes = randomBytes(10);
  await upload(bytes);
  const many = Array.from({ length: 70_000 }, (_, n) => n.toString(16).padStart(64, '0'));
  const found = await forge.get(LfsObjectsService).linked(repository.id, [...many, claimOf(bytes).oid]);
  expect([...found.keys()]).toEqual([claimOf(bytes).oid]);
});
