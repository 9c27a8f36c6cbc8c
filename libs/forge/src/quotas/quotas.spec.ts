import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { UpdateQuota, Visibility } from '@granary/api-contract';
import { AuditService } from '../audit';
import type { UserActor } from '../identity';
import { LfsBatchService, LfsObjectsService } from '../lfs';
import { PushRecordService } from '../pushes';
import {
  CollaboratorsService,
  RepositoriesService,
  RepositoryAccessService,
  type OpenRepository,
  type Repository,
} from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { QuotaReportService } from './quota-report.service';

let forge: ForgeFixture;
let alice: UserActor;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  alice = await forge.user(`alice${serial++}`);
});

const body = (sizeBytes: number) => {
  const bytes = randomBytes(sizeBytes);
  return { bytes, oid: createHash('sha256').update(bytes).digest('hex'), size: sizeBytes };
};
type Body = ReturnType<typeof body>;

const create = (name: string, visibility: Visibility = 'private') =>
  forge.get(RepositoriesService).create(alice, { namespace: alice.name, name, visibility });

async function open(actor: UserActor, repository: Repository): Promise<OpenRepository> {
  const opened = await forge.get(RepositoryAccessService).byId(actor, repository.id);
  if (!opened) throw new Error('not readable');
  return opened;
}

const limit = (repository: Repository, change: UpdateQuota) =>
  forge.get(QuotaReportService).setLimits(repository.namespaceId, change);

const batch = async (repository: Repository, bodies: Body[], actor = alice) =>
  forge.get(LfsBatchService).plan(actor, await open(actor, repository), {
    operation: 'upload',
    objects: bodies.map(({ oid, size }) => ({ oid, size })),
  });

const upload = (repository: Repository, { bytes, oid, size }: Body) =>
  forge.get(LfsObjectsService).upload(repository, { oid, sizeBytes: size }, { stream: Readable.from([bytes]) });

async function put(repository: Repository, sent: Body): Promise<void> {
  await batch(repository, [sent]);
  await upload(repository, sent);
}

const report = async (repository: Repository) =>
  forge.get(QuotaReportService).ofNamespace((await open(alice, repository)).repository.namespace);

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

const full = expect.objectContaining({ code: 'quota_exceeded' });
const expire = () => forge.database.query(`UPDATE lfs_uploads SET expires_at = now() - interval '1 second'`);

it('lets as many of twenty batches in as fit, over two repositories of a class, and then their uploads', async () => {
  const [one, two] = [await create('one'), await create('two', 'internal')];
  await limit(one, { lfs_private_bytes: 1000 });
  const sent = Array.from({ length: 20 }, (_, n) => ({ where: n % 2 ? one : two, body: body(90) }));
  const results = await Promise.all(sent.map(async (each) => refusal(batch(each.where, [each.body]))));
  const admitted = sent.filter((_, n) => results[n] === null);
  expect(admitted).toHaveLength(11);
  expect(results.filter((result) => result !== null)).toEqual(Array(9).fill(full));
  expect((await report(one)).private.lfs).toMatchObject({ used: 0, reserved: 990, full: false });
  await Promise.all(admitted.map((each) => upload(each.where, each.body)));
  expect((await report(one)).private.lfs).toMatchObject({ used: 990, reserved: 0, warning: true });
});

it('lets no more of twenty uploads without a reservation in than fit', async () => {
  const one = await create('one');
  await limit(one, { lfs_private_bytes: 1000 });
  const results = await Promise.all(Array.from({ length: 20 }, () => refusal(upload(one, body(300)))));
  expect(results.filter((result) => result === null)).toHaveLength(3);
  expect((await report(one)).private.lfs).toMatchObject({ used: 900, reserved: 0 });
});

it('counts public and private apart', async () => {
  const [open, closed] = [await create('open', 'public'), await create('closed')];
  await limit(open, { lfs_public_bytes: 500, lfs_private_bytes: 100 });
  await put(open, body(500));
  await put(closed, body(100));
  expect(await refusal(batch(open, [body(1)]))).toEqual(full);
  expect(await refusal(batch(closed, [body(1)]))).toEqual(full);
  const { public: shown, private: hidden } = await report(open);
  expect([shown.lfs.used, hidden.lfs.used]).toEqual([500, 100]);
});

it('admits all of a batch or nothing, what it can link among it', async () => {
  const [one, two] = [await create('one'), await create('two')];
  const known = body(100);
  await put(one, known);
  await limit(one, { lfs_private_bytes: 250 });
  const error = await refusal(batch(two, [known, body(60)]));
  expect(error).toMatchObject({ code: 'quota_exceeded', details: { used: 100, reserved: 0, needed: 160 } });
  expect((await open(alice, two)).repository).toMatchObject({ lfsSizeBytes: 0, lfsObjectCount: 0 });
  await batch(two, [known, body(50)]);
  expect((await report(one)).private.lfs).toMatchObject({ used: 200, reserved: 50, full: true });
});

it('never refuses for what is reserved or linked already, not even below a limit that was lowered', async () => {
  const one = await create('one');
  const [there, coming] = [body(400), body(600)];
  await put(one, there);
  await batch(one, [coming]);
  await limit(one, { lfs_private_bytes: 10 });
  await batch(one, [there, coming]);
  await upload(one, coming);
  expect(await refusal(batch(one, [body(1)]))).toEqual(full);
  await batch(one, [there, coming]);
  expect((await report(one)).private.lfs).toMatchObject({ used: 1000, reserved: 0, full: true });
  await forge.get(RepositoriesService).update(alice, one, { description: 'still mine', visibility: 'internal' });
});

it('does not give room back to an upload that let it expire', async () => {
  const one = await create('one');
  await limit(one, { lfs_private_bytes: 100 });
  const [late, quick] = [body(60), body(60)];
  await batch(one, [late]);
  await expire();
  await put(one, quick);
  expect(await refusal(upload(one, late))).toEqual(full);
  expect((await report(one)).private.lfs).toMatchObject({ used: 60, reserved: 0 });
});

it('moves bytes, and what is under way, to the other class, or refuses and says why', async () => {
  const one = await create('one');
  await put(one, body(300));
  await batch(one, [body(200)]);
  await limit(one, { lfs_public_bytes: 499 });
  const publish = () => forge.get(RepositoriesService).update(alice, one, { visibility: 'public' });
  expect(await refusal(publish())).toMatchObject({
    code: 'quota_exceeded',
    message: `"${alice.name}" has used 0 B of its 499 B for public LFS files. To be public, ${alice.name}/one needs 500 B more.`,
  });
  expect((await open(alice, one)).repository.visibility).toBe('private');
  await limit(one, { lfs_public_bytes: 500 });
  await publish();
  const { public: shown, private: hidden } = await report(one);
  expect(shown.lfs).toMatchObject({ used: 300, reserved: 200 });
  expect(hidden.lfs).toMatchObject({ used: 0, reserved: 0 });
});

it('keeps to both limits when repositories change their class while others upload', async () => {
  const names = Array.from({ length: 6 }, (_, n) => `raced-${n}`);
  const repositories = await Promise.all(names.map((name) => create(name)));
  const [first] = repositories as [Repository];
  await Promise.all(repositories.map((repository) => put(repository, body(100))));
  await limit(first, { lfs_public_bytes: 350, lfs_private_bytes: 650 });
  const results = await Promise.all(
    repositories.flatMap((repository) => [
      refusal(forge.get(RepositoriesService).update(alice, { ...repository }, { visibility: 'public' })),
      refusal(put(repository, body(50))),
      refusal(put(repository, body(50))),
    ]),
  );
  for (const result of results) if (result !== null) expect(result).toEqual(full);
  const after = await report(first);
  expect(after.public.lfs.used).toBeLessThanOrEqual(350);
  expect(after.private.lfs.used).toBeLessThanOrEqual(650);
  expect(after.public.lfs.reserved + after.private.lfs.reserved).toBe(0);
  const linked = await forge.database.query<{ bytes: number }[]>(
    `SELECT sum(o.size_bytes)::int AS bytes FROM lfs_links l JOIN lfs_objects o USING (oid)
       JOIN repositories r ON r.id = l.repository_id WHERE r.namespace_id = $1`,
    [first.namespaceId],
  );
  expect(after.public.lfs.used + after.private.lfs.used).toBe(linked[0]?.bytes);
});

it('limits repositories under twenty creations at once; a deleted one frees its place and keeps its bytes', async () => {
  const one = await create('one');
  await limit(one, { private_repositories: 5, public_repositories: 1 });
  const results = await Promise.all(Array.from({ length: 20 }, (_, n) => refusal(create(`more-${n}`))));
  expect(results.filter((result) => result === null)).toHaveLength(4);
  expect(results.find((result) => result !== null)).toMatchObject({
    message: `"${alice.name}" has 5 of the 5 private repositories that it may have. A new one needs room for one more.`,
    hint: 'Delete what is not needed, or ask an administrator of the hub for a higher limit.',
  });
  await put(one, body(70));
  const service = forge.get(RepositoriesService);
  await service.delete(alice, one);
  const next = await create('next', 'internal');
  expect(await refusal(service.restore(alice, one))).toEqual(full);
  await limit(next, { lfs_private_bytes: 100 });
  expect(await refusal(batch(next, [body(50)]))).toMatchObject({
    message: expect.stringContaining('(deleted repositories 70 B until they are purged).'),
  });
  await service.delete(alice, next);
  await service.restore(alice, one);
});

it('names to a pusher only what that one may read, and whom to ask', async () => {
  const [shared, hidden] = [await create('shared'), await create('hidden')];
  const bob = await forge.user(`bob${serial}`);
  await forge.get(CollaboratorsService).set(shared, bob.name, 'write');
  await put(shared, body(1024));
  await put(hidden, body(2048));
  await limit(shared, { lfs_private_bytes: 4096 });
  await batch(hidden, [body(512)]);
  expect(await refusal(batch(shared, [body(1000)], bob))).toMatchObject({
    message:
      `"${alice.name}" has used 3.0 KiB of its 4.0 KiB for private LFS files (${alice.name}/shared 1.0 KiB, ` +
      'other repositories 2.0 KiB; 512 B reserved by uploads under way). This upload needs 1000 B more.',
    hint: `Ask an owner of "${alice.name}" (${alice.name}) to delete what is not needed, or an administrator of the hub for a higher limit.`,
  });
  const narrow: UserActor = { ...alice, scopes: new Set(['repo:write']), repositoryIds: new Set([shared.id]) };
  expect(await refusal(batch(shared, [body(1000)], narrow))).toMatchObject({
    message: expect.not.stringContaining('hidden'),
  });
  expect(await refusal(batch(shared, [body(1000)]))).toMatchObject({
    message: expect.stringContaining(`(${alice.name}/hidden 2.0 KiB, ${alice.name}/shared 1.0 KiB;`),
  });
});

it('reserves the bytes of pushes per class, and tells of pushes under way', async () => {
  const one = await create('one');
  await limit(one, { git_private_bytes: 1000 });
  const push = { actor: alice, actorUserId: alice.userId, transport: 'http', commands: [], incomingBytes: 90 } as const;
  const { repository } = await open(alice, one);
  const records = forge.get(PushRecordService);
  const results = await Promise.all(Array.from({ length: 20 }, () => refusal(records.intend(repository, push))));
  expect(results.filter((result) => result === null)).toHaveLength(11);
  expect(results.find((result) => result !== null)).toMatchObject({
    message: `"${alice.name}" has used 0 B of its 1000 B for the Git data of private repositories (990 B reserved by pushes under way). This push needs 90 B more.`,
  });
});

it('takes changes of limits one by one, and goes back to the hub’s', async () => {
  const one = await create('one');
  await limit(one, { lfs_private_bytes: 5, git_public_bytes: null });
  await limit(one, { git_private_bytes: 7 });
  const { private: hidden, public: shown } = await report(one);
  expect(hidden.lfs).toMatchObject({ limit: 5, source: 'own' });
  expect(hidden.git).toMatchObject({ limit: 7, source: 'own' });
  expect(shown.git).toMatchObject({ limit: null, source: 'own' });
  expect(shown.lfs).toMatchObject({ limit: null, source: 'default' });
  await limit(one, { lfs_private_bytes: 'default' });
  expect((await report(one)).private.lfs).toMatchObject({ limit: null, source: 'default' });
  const query = { repositoryId: null, actionPrefix: 'quota.', limit: 1, offset: 0 };
  expect(await forge.get(AuditService).list(query)).toMatchObject([
    { action: 'quota.update', target: alice.name, details: { lfs_private_bytes: 'default' } },
  ]);
});

it('warns from 80 % on, of the class that is pushed to', async () => {
  const one = await create('one');
  await put(one, body(799));
  await limit(one, { lfs_private_bytes: 1000 });
  const warnings = async (storageClass: 'public' | 'private') =>
    forge.get(QuotaReportService).warnings((await open(alice, one)).repository.namespace, storageClass);
  expect(await warnings('private')).toEqual([]);
  await put(one, body(41));
  expect(await warnings('private')).toEqual([
    `${alice.name} has used 84 % of its limit for private LFS files (840 B of 1000 B).`,
  ]);
  expect(await warnings('public')).toEqual([]);
});

it('heals a damaged object in a namespace that is full, and counts it once (quota-heal-regression)', async () => {
  const one = await create('one');
  const broken = body(100);
  await put(one, broken);
  await limit(one, { lfs_private_bytes: 100 });
  await forge.database.query('UPDATE lfs_objects SET damaged_at = now() WHERE oid = $1', [broken.oid]);
  expect((await batch(one, [broken])).objects).toMatchObject([{ kind: 'upload' }]);
  expect((await report(one)).private.lfs).toMatchObject({ used: 100, reserved: 0 });
  expect(await refusal(batch(one, [broken, body(1)]))).toMatchObject({ details: { needed: 1 } });
  await upload(one, broken);
  expect((await batch(one, [broken])).objects).toMatchObject([{ kind: 'present' }]);
  expect((await report(one)).private.lfs).toMatchObject({ used: 100, reserved: 0 });
});

it('leaves in the trash what a refused batch named, and brings it back with one that fits (quota-trash-regression)', async () => {
  const one = await create('one');
  const old = body(100);
  await put(one, old);
  await forge.database.query('DELETE FROM lfs_links WHERE repository_id = $1 AND oid = $2', [one.id, old.oid]);
  await forge.database.query('UPDATE repositories SET lfs_size_bytes = 0, lfs_object_count = 0 WHERE id = $1', [
    one.id,
  ]);
  await forge.database.query(
    `INSERT INTO lfs_trash (repository_id, oid, linked_at, collected_at, purge_after)
     VALUES ($1, $2, now(), now(), now() + interval '1 day')`,
    [one.id, old.oid],
  );
  await limit(one, { lfs_private_bytes: 150 });
  expect(await refusal(batch(one, [old, body(60)]))).toMatchObject({
    code: 'quota_exceeded',
    details: { needed: 160 },
  });
  expect((await open(alice, one)).repository).toMatchObject({ lfsSizeBytes: 0, lfsObjectCount: 0 });
  await limit(one, { lfs_private_bytes: 99 });
  expect(await refusal(batch(one, [old]))).toEqual(full);
  await limit(one, { lfs_private_bytes: 150 });
  expect((await batch(one, [old, body(50)])).objects).toMatchObject([{ kind: 'present' }, { kind: 'upload' }]);
  expect((await report(one)).private.lfs).toMatchObject({ used: 100, reserved: 50 });
});
