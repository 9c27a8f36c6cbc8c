import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { UpdateQuota } from '@granary/api-contract';
import { UploadsService } from '../edits';
import type { UserActor } from '../identity';
import { PushRecordService } from '../pushes';
import { RepositoriesService, RepositoryAccessService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { WebhooksService } from '../webhooks';
import { QuotaReportService } from './quota-report.service';

const KIB = 1024;

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
}, 60_000);
afterAll(() => forge.close());
beforeEach(async () => {
  alice = await forge.user(`alice${++serial}`);
  repository = await forge.get(RepositoriesService).create(alice, { namespace: alice.name, name: 'one' });
});
afterEach(() => jest.restoreAllMocks());

const limit = (change: UpdateQuota) => forge.get(QuotaReportService).setLimits(repository.namespaceId, change);
const reopen = async () => {
  const opened = await forge.get(RepositoryAccessService).byId(alice, repository.id);
  if (!opened) throw new Error('not readable');
  return opened.repository;
};
const usage = async () => (await forge.get(QuotaReportService).ofNamespace((await reopen()).namespace)).private;
const codes = (works: Promise<unknown>[]) =>
  Promise.all(
    works.map((work) =>
      work.then(
        () => 'in',
        (error: { code: string }) => error.code,
      ),
    ),
  );
const howMany = (outcomes: string[], wanted: string) => outcomes.filter((each) => each === wanted).length;

describe('pushes at once', () => {
  const objects = () => join(forge.get(RepositoriesService).storage.pathOf(repository.id), 'objects');
  /** As git does when a push is let in: its objects move out of quarantine before anybody records it. */
  async function migrate(name: string, sizeBytes: number): Promise<void> {
    await mkdir(join(objects(), 'pack'), { recursive: true });
    await writeFile(join(objects(), 'pack', `pack-${name}.pack`), randomBytes(sizeBytes));
  }
  const intend = (incomingBytes: number) =>
    forge.get(PushRecordService).intend(repository, {
      actor: alice,
      actorUserId: alice.userId,
      transport: 'http',
      commands: [],
      incomingBytes,
    });

  it('leave the sum of both in the ledger, whichever is recorded last', async () => {
    const records = forge.get(PushRecordService);
    await limit({ git_private_bytes: 1000 * KIB });
    repository = await reopen();
    const before = (await usage()).git.used;
    const [slow, quick] = [await intend(10 * KIB), await intend(20 * KIB)];
    await migrate('slow', 10 * KIB);
    const measured = jest.spyOn(records, 'measure');
    const { measure } = PushRecordService.prototype;
    measured.mockImplementationOnce(async function (this: PushRecordService, of) {
      const sizeBytes = await measure.call(records, of);
      await wait(300);
      return sizeBytes;
    });
    const first = records.record(slow, []);
    await wait(50);
    await migrate('quick', 20 * KIB);
    await Promise.all([first, records.record(quick, [])]);
    expect((await usage()).git).toMatchObject({ used: before + 30 * KIB, reserved: 0 });
  });

  it('count what came in for a push that then failed', async () => {
    const before = (await usage()).git.used;
    const intent = await intend(10 * KIB);
    await migrate('failed', 10 * KIB);
    await forge.get(PushRecordService).release(intent);
    expect((await usage()).git).toMatchObject({ used: before + 10 * KIB, reserved: 0 });
  });
});

describe('files that pages send', () => {
  interface Sent {
    sizeBytes: number;
    announced?: boolean;
    lfs?: boolean;
  }
  const stage = (path: string, { sizeBytes, announced = false, lfs }: Sent) => {
    const pieces = Array.from({ length: Math.ceil(sizeBytes / (64 * KIB)) }, (_, n) =>
      Buffer.alloc(Math.min(64 * KIB, sizeBytes - n * 64 * KIB)),
    );
    const stream = Readable.from(pieces);
    return forge
      .get(UploadsService)
      .stage(alice, repository, { path, stream, sizeBytes: announced ? sizeBytes : null, lfs });
  };
  const storedBytes = async () => {
    const [row] = await forge.database.query<{ bytes: number }[]>(
      'SELECT COALESCE(sum(size_bytes), 0)::integer AS bytes FROM staged_uploads WHERE repository_id = $1',
      [repository.id],
    );
    return row?.bytes;
  };

  it.each<[string, Omit<Sent, 'sizeBytes'>]>([
    ['as Git data', { lfs: false, announced: true }],
    ['as LFS objects', { lfs: true, announced: true }],
    ['as LFS objects of unknown size', { lfs: true }],
    ['as whatever they will be, of unknown size', {}],
  ])('stay within the limit of their namespace %s, also at once', async (_, how) => {
    await limit({ git_private_bytes: 1000 * KIB, lfs_private_bytes: how.lfs === undefined ? 0 : 1000 * KIB });
    const sent = Array.from({ length: 12 }, (__, n) => stage(`f${n}`, { ...how, sizeBytes: 300 * KIB }));
    const outcomes = await codes(sent);
    expect(howMany(outcomes, 'in')).toBeGreaterThan(0);
    expect(howMany(outcomes, 'in') + howMany(outcomes, 'quota_exceeded')).toBe(12);
    expect(await storedBytes()).toBeLessThanOrEqual(1000 * KIB);
    expect(howMany(await codes([stage('one more', { ...how, sizeBytes: 900 * KIB })]), 'quota_exceeded')).toBe(1);
    const { git, lfs } = await usage();
    const counted = how.lfs === true ? lfs : git;
    expect(counted.reserved).toBe(await storedBytes());
  });

  it('are cut off where they turn out to be larger than the room', async () => {
    await limit({ git_private_bytes: 100 * KIB, lfs_private_bytes: 100 * KIB });
    const outcomes = await codes([stage('large', { sizeBytes: 20 * 1024 * KIB })]);
    expect(outcomes).toEqual(['quota_exceeded']);
    expect((await usage()).git.reserved + (await usage()).lfs.reserved).toBe(0);
    expect(await storedBytes()).toBe(0);
  });

  it('count once when an LFS object is made of one', async () => {
    await limit({ lfs_private_bytes: 100 * KIB });
    const staged = await stage('large', { sizeBytes: 80 * KIB, lfs: true });
    expect((await usage()).lfs).toMatchObject({ used: 0, reserved: 80 * KIB });
    await forge.get(UploadsService).makeLfsObject(repository, staged);
    expect((await usage()).lfs).toMatchObject({ used: 80 * KIB, reserved: 0 });
  });

  it('give their room back when they are taken back', async () => {
    await limit({ git_private_bytes: 100 * KIB });
    const { id } = await stage('f', { sizeBytes: 80 * KIB, lfs: false });
    await forge.get(UploadsService).discard(alice.userId, repository.id, [id]);
    expect((await usage()).git.reserved).toBe(0);
  });
});

it('makes no more webhooks at once than a repository may have', async () => {
  const hooks = forge.get(WebhooksService);
  const make = (n: number) =>
    hooks.create(
      { repositoryId: repository.id, actorUserId: alice.userId },
      {
        name: 'web',
        config: { url: `https://hooks.example.com/${n}`, content_type: 'json' },
        events: ['push'],
        active: false,
      },
    );
  const outcomes = await codes(Array.from({ length: 60 }, (_, n) => make(n)));
  expect(howMany(outcomes, 'in')).toBe(50);
});
