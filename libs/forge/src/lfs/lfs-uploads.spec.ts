import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { UserActor } from '../identity';
import { RepositoriesService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { LfsObjectsService } from './lfs-objects.service';
import { LfsUploadsService, type UploadClaim } from './lfs-uploads.service';

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
  await forge.database.query(`UPDATE namespaces SET limits = '{"lfs_private_bytes": 1000}' WHERE id = $1`, [
    repository.namespaceId,
  ]);
});

const oidOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const claim = (sizeBytes: number): UploadClaim => ({ oid: oidOf(randomBytes(20)), sizeBytes });
const reserve = (...claims: UploadClaim[]) =>
  forge.get(LfsObjectsService).admit(repository, alice, { oids: [], claims });
const reservedBytes = async () => {
  const [row] = (await forge.database.query(
    'SELECT COALESCE(sum(size_bytes), 0)::integer AS bytes FROM lfs_uploads WHERE repository_id = $1',
    [repository.id],
  )) as { bytes: number }[];
  return row?.bytes;
};
const expireAll = () => forge.database.query(`UPDATE lfs_uploads SET expires_at = now() - interval '1 second'`);

it('gives the room at the edge of a quota to some of twenty batches, and to no more than fit', async () => {
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => reserve(claim(100))));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'quota_exceeded' });
  }
  expect(await reservedBytes()).toBe(1000);
});

it('reserves the same content once in a repository, and keeps its staging name', async () => {
  const same = claim(600);
  const first = await reserve(same, same);
  const second = await reserve(same);
  expect(second.get(same.oid)?.id).toBe(first.get(same.oid)?.id);
  expect(await reservedBytes()).toBe(600);
});

it('reserves all of a batch or nothing', async () => {
  await expect(reserve(claim(500), claim(501))).rejects.toMatchObject({ code: 'quota_exceeded' });
  expect(await reservedBytes()).toBe(0);
});

it('settles a reservation by the link', async () => {
  const bytes = randomBytes(900);
  const wanted = { oid: oidOf(bytes), sizeBytes: bytes.length };
  await reserve(wanted);
  await forge.get(LfsObjectsService).upload(repository, wanted, { stream: Readable.from([bytes]) });
  expect(await reservedBytes()).toBe(0);
  await expect(reserve(claim(101))).rejects.toMatchObject({ code: 'quota_exceeded' });
  await reserve(claim(100));
});

it('releases a reservation whose body was something else', async () => {
  const wanted = claim(900);
  await reserve(wanted);
  const stream = Readable.from([randomBytes(900)]);
  await expect(forge.get(LfsObjectsService).upload(repository, wanted, { stream })).rejects.toMatchObject({
    code: 'hash_mismatch',
  });
  expect(await reservedBytes()).toBe(0);
});

it('gives back what expired, before and after the sweep', async () => {
  await reserve(claim(900));
  await expireAll();
  await reserve(claim(900));
  await expireAll();
  await forge.get(LfsUploadsService).sweep();
  expect(await reservedBytes()).toBe(0);
});

it('holds room for as long as a slow client takes, up to a day, and never less than it did', async () => {
  await forge.database.query(`UPDATE namespaces SET limits = '{}' WHERE id = $1`, [repository.namespaceId]);
  const hoursLeft = async ({ oid }: UploadClaim) => {
    const [row] = (await forge.database.query(
      'SELECT extract(epoch FROM expires_at - now())::float8 / 3600 AS hours FROM lfs_uploads WHERE oid = $1',
      [oid],
    )) as { hours: number }[];
    return row?.hours;
  };
  const [small, large, huge] = [claim(10), claim(3.6e9), claim(5 * 1024 ** 4)];
  await reserve(small, large, huge);
  expect(await hoursLeft(small)).toBeCloseTo(2, 1);
  expect(await hoursLeft(large)).toBeCloseTo(6, 1);
  expect(await hoursLeft(huge)).toBeCloseTo(24, 1);
  await forge.get(LfsUploadsService).renew(repository.id, small.oid, 86_400);
  await reserve(small);
  expect(await hoursLeft(small)).toBeCloseTo(24, 1);
});
