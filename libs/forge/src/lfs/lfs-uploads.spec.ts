import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { UserActor } from '../identity';
import { RepositoriesService, Repository, RepositoryAccessService } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { LfsObjectsService } from './lfs-objects.service';
import { LfsUploadsService, type UploadClaim } from './lfs-uploads.service';
import { stagingKeyOf } from './storage-keys';
import { LfsPartsService } from './transfers/lfs-parts.service';
import { LfsResumableService } from './transfers/lfs-resumable.service';
import { LfsVerificationsService } from './transfers/lfs-verifications.service';

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
  const [row] = await forge.database.query<{ bytes: number }[]>(
    'SELECT COALESCE(sum(size_bytes), 0)::integer AS bytes FROM lfs_uploads WHERE repository_id = $1',
    [repository.id],
  );
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
    const [row] = await forge.database.query<{ hours: number }[]>(
      'SELECT extract(epoch FROM expires_at - now())::float8 / 3600 AS hours FROM lfs_uploads WHERE oid = $1',
      [oid],
    );
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

describe.each([
  [
    'one resumable stream',
    (wanted: UploadClaim, stream: Readable) =>
      forge.get(LfsResumableService).receive(repository, wanted, { offsetBytes: 0, stream }),
  ],
  [
    'parts',
    (wanted: UploadClaim, stream: Readable) =>
      forge
        .get(LfsPartsService)
        .receive(repository, wanted, { index: 0, stream, signal: new AbortController().signal }),
  ],
])('an upload as %s', (_how, receive) => {
  it('takes no byte that no batch has reserved', async () => {
    const bytes = randomBytes(100);
    const unreserved = { oid: oidOf(bytes), sizeBytes: bytes.length };
    await expect(receive(unreserved, Readable.from([bytes]))).rejects.toMatchObject({ code: 'not_found' });
  });

  it('holds its room until it is linked, and counts once then', async () => {
    const bytes = randomBytes(600);
    const wanted = { oid: oidOf(bytes), sizeBytes: bytes.length };
    await reserve(wanted);
    await expect(reserve(claim(401))).rejects.toMatchObject({ code: 'quota_exceeded' });
    await receive(wanted, Readable.from([bytes]));
    await expect(reserve(claim(401))).rejects.toMatchObject({ code: 'quota_exceeded' });
    const opened = await forge
      .get(RepositoryAccessService)
      .open(alice, { namespace: alice.name, name: 'data' }, 'write');
    await forge.get(LfsVerificationsService).verify(alice, opened, wanted);
    expect(await reservedBytes()).toBe(0);
    await expect(reserve(claim(401))).rejects.toMatchObject({ code: 'quota_exceeded' });
    await reserve(claim(400));
  });
});

describe('a body that a client has put into the store itself', () => {
  const opened = () => forge.get(RepositoryAccessService).open(alice, { namespace: alice.name, name: 'data' }, 'write');
  const verify = async (wanted: UploadClaim) =>
    forge.get(LfsVerificationsService).verify(alice, await opened(), wanted);
  const isLinked = async ({ oid }: UploadClaim) =>
    (await forge.get(LfsObjectsService).linked(repository.id, [oid])).has(oid);
  const used = async () =>
    (await forge.database.manager.findOneByOrFail(Repository, { id: repository.id })).lfsSizeBytes;

  async function put(wanted: UploadClaim, body: Buffer): Promise<string> {
    const room = await reserve(wanted);
    const key = stagingKeyOf(room.get(wanted.oid)?.id ?? '');
    await forge.store.put(key, Readable.from([body]));
    return key;
  }

  it('is linked and counted when it is what it claims to be', async () => {
    const bytes = randomBytes(400);
    const wanted = { oid: oidOf(bytes), sizeBytes: 400 };
    const key = await put(wanted, bytes);
    await verify(wanted);
    expect([await isLinked(wanted), await used(), await reservedBytes()]).toEqual([true, 400, 0]);
    expect(await forge.store.stat(key)).toBeNull();
    await expect(verify(wanted)).resolves.toBeUndefined();
    await expect(verify({ ...wanted, sizeBytes: 401 })).rejects.toMatchObject({ code: 'invalid' });
  });

  it('is neither linked, counted nor kept when it has another hash', async () => {
    const wanted = claim(400);
    const key = await put(wanted, randomBytes(400));
    await expect(verify(wanted)).rejects.toMatchObject({ code: 'hash_mismatch' });
    expect([await isLinked(wanted), await used(), await reservedBytes()]).toEqual([false, 0, 0]);
    expect(await forge.store.stat(key)).toBeNull();
  });

  it('proves nothing with another hash where the hub has the object already', async () => {
    const bytes = randomBytes(400);
    const wanted = { oid: oidOf(bytes), sizeBytes: 400 };
    const other = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'other' });
    await forge.get(LfsObjectsService).upload(other, wanted, { stream: Readable.from([bytes]) });
    await put(wanted, randomBytes(400));
    await expect(verify(wanted)).rejects.toMatchObject({ code: 'hash_mismatch' });
    expect([await isLinked(wanted), await used()]).toEqual([false, 0]);
  });

  it('is refused when it has another size, or has not come', async () => {
    const [short, absent] = [claim(400), claim(300)];
    await put(short, randomBytes(399));
    await expect(verify(short)).rejects.toMatchObject({ code: 'invalid' });
    await reserve(absent);
    await expect(verify(absent)).rejects.toMatchObject({ code: 'not_found' });
    await expect(verify(claim(300))).rejects.toMatchObject({ code: 'not_found' });
    expect([await isLinked(short), await isLinked(absent), await used()]).toEqual([false, false, 0]);
  });

  it('is verified for writers alone', async () => {
    const bytes = randomBytes(400);
    const wanted = { oid: oidOf(bytes), sizeBytes: 400 };
    await put(wanted, bytes);
    const reading = { ...(await opened()), role: 'read' as const };
    await expect(forge.get(LfsVerificationsService).verify(alice, reading, wanted)).rejects.toMatchObject({
      code: 'forbidden',
    });
    expect([await isLinked(wanted), await used()]).toEqual([false, 0]);
  });
});
