import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { UserActor } from '../identity';
import { RepositoriesService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { LfsObjectsService } from './lfs-objects.service';
import { LFS_PREFIX } from './storage-keys';

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
});
afterAll(() => forge.close());

beforeEach(async () => {
  alice = await forge.user(`alice${serial++}`);
  repository = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'data' });
});

const oidOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const bodies = (count: number, sizeBytes = 100) => Array.from({ length: count }, () => randomBytes(sizeBytes));

async function upload(bytes: Buffer, to = repository): Promise<void> {
  const claim = { oid: oidOf(bytes), sizeBytes: bytes.length };
  await forge.get(LfsObjectsService).upload(to, claim, { stream: Readable.from([bytes]) });
}

async function stored(oids: readonly string[]): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of forge.store.list(LFS_PREFIX)) if (oids.some((oid) => key.includes(oid))) keys.push(key);
  return keys;
}

async function counted(of = repository): Promise<{ bytes: number; objects: number }> {
  const [row] = await forge.database.query<{ bytes: number; objects: number }[]>(
    'SELECT lfs_size_bytes::integer AS bytes, lfs_object_count::integer AS objects FROM repositories WHERE id = $1',
    [of.id],
  );
  return row as { bytes: number; objects: number };
}

it('publishes, links and counts every one of many that arrive at once, in a few transactions', async () => {
  const all = bodies(40);
  const transactions = jest.spyOn(forge.database, 'transaction');
  await Promise.all(all.map((bytes) => upload(bytes)));
  const oids = all.map(oidOf);
  expect((await forge.get(LfsObjectsService).linked(repository.id, oids)).size).toBe(40);
  expect(await counted()).toEqual({ bytes: 4000, objects: 40 });
  expect(await stored(oids)).toHaveLength(40);
  expect(transactions.mock.calls.length).toBeLessThan(40);
  transactions.mockRestore();
});

it('refuses those for which there is no room, and no other for their sake; their bytes do not stay', async () => {
  await forge.database.query(`UPDATE namespaces SET limits = '{"lfs_private_bytes": 1000}' WHERE id = $1`, [
    repository.namespaceId,
  ]);
  const all = bodies(15);
  const outcomes = await Promise.allSettled(all.map((bytes) => upload(bytes)));
  const refused = outcomes.filter((each) => each.status === 'rejected');
  expect(refused).toHaveLength(5);
  for (const { reason } of refused) expect(reason).toMatchObject({ code: 'quota_exceeded' });
  expect(await counted()).toEqual({ bytes: 1000, objects: 10 });
  expect(await stored(all.map(oidOf))).toHaveLength(10);
});

it('keeps one copy of what arrives several times at once, here and in another repository', async () => {
  const [bytes] = bodies(1) as [Buffer];
  const other = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'other' });
  await Promise.all([upload(bytes), upload(bytes), upload(bytes, other), upload(bytes, other)]);
  expect(await stored([oidOf(bytes)])).toHaveLength(1);
  expect(await counted()).toEqual({ bytes: 100, objects: 1 });
  expect(await counted(other)).toEqual({ bytes: 100, objects: 1 });
});

it('heals what was damaged or lost among others that are new, and says so in the audit log', async () => {
  const [damaged, lost] = bodies(2) as [Buffer, Buffer];
  await Promise.all([upload(damaged), upload(lost)]);
  await forge.database.query(`UPDATE lfs_objects SET damaged_at = now(), damage = 'altered' WHERE oid = $1`, [
    oidOf(damaged),
  ]);
  for (const key of await stored([oidOf(lost)])) await forge.store.delete(key);
  await Promise.all([...bodies(3), damaged, lost, ...bodies(3)].map((bytes) => upload(bytes)));
  const linked = await forge.get(LfsObjectsService).linked(repository.id, [damaged, lost].map(oidOf));
  for (const object of linked.values()) expect(await forge.get(LfsObjectsService).isThere(object)).toBe(true);
  expect(linked.size).toBe(2);
  const audited = await forge.database.query<
    {
      target: string;
    }[]
  >(`SELECT target FROM audit_entries WHERE action = 'lfs_object.heal'`);
  expect(audited.map(({ target }) => target).sort()).toEqual([damaged, lost].map(oidOf).sort());
});

it('acknowledges nothing whose row was taken away while it arrived', async () => {
  const [bytes] = bodies(1) as [Buffer];
  await forge.database.query(
    `CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
     CREATE TRIGGER lose BEFORE INSERT ON lfs_objects FOR EACH ROW EXECUTE FUNCTION lose()`,
  );
  try {
    await expect(upload(bytes)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await stored([oidOf(bytes)])).toEqual([]);
  } finally {
    await forge.database.query('DROP TRIGGER lose ON lfs_objects; DROP FUNCTION lose');
  }
  await upload(bytes);
  expect(await counted()).toEqual({ bytes: 100, objects: 1 });
});
