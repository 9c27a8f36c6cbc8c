import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { LfsBatchRequest } from '@granary/wire';
import { ANONYMOUS, type UserActor } from '../identity';
import { ProtectionsService } from '../protection';
import { CollaboratorsService, RepositoriesService, Repository, RepositoryAccessService } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { LfsBatchService } from './lfs-batch.service';
import { LfsObjectsService } from './lfs-objects.service';

let forge: ForgeFixture;
let alice: UserActor;
let bob: UserActor;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  [alice, bob] = [await forge.user('alice'), await forge.user('bob')];
}, 60_000);

afterAll(() => forge.close());
afterEach(() => jest.restoreAllMocks());

const oidOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const anyObject = () => ({ oid: oidOf(randomBytes(9)), size: 17 * 1024 * 1024 });

async function newRepository() {
  const name = `data${serial++}`;
  const repository = await forge.get(RepositoriesService).create(alice, { namespace: 'alice', name });
  return { repository, path: { namespace: 'alice', name } };
}

async function plan(actor: UserActor, path: { namespace: string; name: string }, request: LfsBatchRequest) {
  const opened = await forge.get(RepositoryAccessService).open(actor, path, 'read');
  return forge.get(LfsBatchService).plan(actor, opened, request);
}

/** How many statements `work` sends to the database. */
async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  const runner = forge.database.createQueryRunner();
  const prototype = Object.getPrototypeOf(runner) as { query(...args: unknown[]): Promise<unknown> };
  await runner.release();
  const spy = jest.spyOn(prototype, 'query');
  await work();
  const count = spy.mock.calls.length;
  spy.mockRestore();
  return count;
}

it.each(['upload', 'download'] as const)(
  'plans a %s of 1,000 objects in as many queries as of one',
  async (operation) => {
    const { repository, path } = await newRepository();
    const here = randomBytes(100);
    const claim = { oid: oidOf(here), sizeBytes: 100 };
    await forge.get(LfsObjectsService).upload(repository, claim, { stream: Readable.from([here]) });
    const present = { oid: claim.oid, size: 100 };
    const few = [present, anyObject()];
    const many = [present, ...Array.from({ length: 999 }, anyObject)];
    const one = await statementsOf(() => plan(alice, path, { operation, objects: few }));
    expect(one).toBeGreaterThan(0);
    expect(await statementsOf(() => plan(alice, path, { operation, objects: many }))).toBe(one);
    // Again, when room is reserved for all of them.
    expect(await statementsOf(() => plan(alice, path, { operation, objects: many }))).toBe(one);
  },
);

it('asks a client to tell when it has sent an object only where the hub does not see the whole body arrive', async () => {
  const { path } = await newRepository();
  const verifyOf = async (transfers: string[]) => {
    const { objects } = await plan(alice, path, { operation: 'upload', transfers, objects: [anyObject()] });
    return objects.map((object) => object.kind === 'upload' && object.verify?.href);
  };
  expect(await verifyOf(['basic'])).toEqual([undefined]);
  expect(await verifyOf(['tus', 'basic'])).toEqual([expect.stringContaining('/objects/verify')]);
});

it('refuses more than 1,000 objects', async () => {
  const { path } = await newRepository();
  const objects = Array.from({ length: 1001 }, anyObject);
  await expect(plan(alice, path, { operation: 'upload', objects })).rejects.toMatchObject({ code: 'too_large' });
});

it('refuses an object that it names with two sizes, and that alone', async () => {
  const { path } = await newRepository();
  const [twice, other] = [anyObject(), anyObject()];
  const objects = [twice, { ...twice, size: 5 }, other];
  const { objects: plans } = await plan(alice, path, { operation: 'upload', objects });
  expect(plans.map(({ kind }) => kind)).toEqual(['refused', 'upload', 'upload']);
});

describe('with a ref', () => {
  it('refuses the upload for a protected branch, by its name, and no other', async () => {
    const { repository, path } = await newRepository();
    await forge.database.query('INSERT INTO collaborators (repository_id, user_id, role) VALUES ($1, $2, $3)', [
      repository.id,
      bob.userId,
      'write',
    ]);
    const nobody = { role: null, users: [] };
    await forge.get(ProtectionsService).create(repository.id, {
      kind: 'branch',
      pattern: 'release/*',
      push: { role: 'maintain', users: [] },
      force_push: nobody,
      delete: nobody,
      require_linear_history: false,
      enforce_admins: true,
    });
    const upload = (actor: UserActor, name?: string) =>
      plan(actor, path, {
        operation: 'upload',
        ref: name === undefined ? undefined : { name },
        objects: [anyObject()],
      });
    await expect(upload(bob, 'refs/heads/release/1')).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringContaining('release/1 is a protected branch (release/*)'),
    });
    for (const name of ['refs/heads/new', 'refs/tags/release/1', 'release/1', '', undefined]) {
      expect((await upload(bob, name)).objects[0]?.kind).toBe('upload');
    }
    expect((await upload(alice, 'refs/heads/release/1')).objects[0]?.kind).toBe('upload');
    const download = { operation: 'download' as const, ref: { name: 'refs/heads/release/1' }, objects: [] };
    await expect(plan(bob, path, download)).resolves.toMatchObject({ objects: [] });
  });
});

describe('what is not the caller’s to name', () => {
  const usage = async ({ id }: Repository) => {
    const { lfsSizeBytes, lfsObjectCount } = await forge.database.manager.findOneByOrFail(Repository, { id });
    const [row] = await forge.database.query<{ open: number }[]>(
      'SELECT count(*)::integer AS open FROM lfs_uploads WHERE repository_id = $1',
      [id],
    );
    return { bytes: lfsSizeBytes, objects: lfsObjectCount, open: row?.open };
  };
  const NOTHING = { bytes: 0, objects: 0, open: 0 };
  const linked = async ({ id }: Repository, oid: string) =>
    (await forge.get(LfsObjectsService).linked(id, [oid])).has(oid);

  /** A repository of alice with one object. */
  async function holder() {
    const [made, bytes] = [await newRepository(), randomBytes(100)];
    const claim = { oid: oidOf(bytes), sizeBytes: 100 };
    await forge.get(LfsObjectsService).upload(made.repository, claim, { stream: Readable.from([bytes]) });
    return { ...made, object: { oid: claim.oid, size: 100 } };
  }

  async function ownRepository(actor: UserActor) {
    const path = { namespace: actor.name, name: `own${serial++}` };
    return { repository: await forge.get(RepositoriesService).create(actor, path), path };
  }

  it('links what the caller can read elsewhere, and counts it', async () => {
    const { object } = await holder();
    const { repository, path } = await ownRepository(alice);
    const { objects } = await plan(alice, path, { operation: 'upload', objects: [object] });
    expect(objects).toMatchObject([{ kind: 'present' }]);
    expect(await usage(repository)).toEqual({ bytes: 100, objects: 1, open: 0 });
  });

  it('asks for the bytes of what the caller cannot read: knowing a name is no possession', async () => {
    const { object } = await holder();
    const { repository, path } = await ownRepository(bob);
    const down = await plan(bob, path, { operation: 'download', objects: [object] });
    expect(down.objects).toMatchObject([{ kind: 'refused', status: 404 }]);
    const up = await plan(bob, path, { operation: 'upload', objects: [object] });
    expect(up.objects).toMatchObject([{ kind: 'upload' }]);
    expect(await linked(repository, object.oid)).toBe(false);
    expect(await usage(repository)).toEqual({ ...NOTHING, open: 1 });
  });

  it('takes nothing over from a repository that is deleted', async () => {
    const { repository: deleted, object } = await holder();
    await forge.get(RepositoriesService).delete(alice, deleted);
    const { repository, path } = await ownRepository(alice);
    const { objects } = await plan(alice, path, { operation: 'upload', objects: [object] });
    expect(objects).toMatchObject([{ kind: 'upload' }]);
    expect(await linked(repository, object.oid)).toBe(false);
  });

  it('takes nothing over for a token that is limited to other repositories', async () => {
    const { object } = await holder();
    const { repository, path } = await ownRepository(alice);
    const limited = { ...alice, via: 'token' as const, repositoryIds: new Set([repository.id]) };
    const { objects } = await plan(limited, path, { operation: 'upload', objects: [object] });
    expect(objects).toMatchObject([{ kind: 'upload' }]);
  });

  it('takes nothing over under another size, and counts nothing', async () => {
    const { object } = await holder();
    const { repository, path } = await ownRepository(alice);
    for (const size of [0, 99, 101, 10 * 1024 ** 4]) {
      const { objects } = await plan(alice, path, { operation: 'upload', objects: [{ ...object, size }] });
      expect(objects).toMatchObject([{ kind: 'refused', status: 422 }]);
    }
    expect(await linked(repository, object.oid)).toBe(false);
    expect(await usage(repository)).toEqual(NOTHING);
  });

  it.each([
    ['more than 5 TiB', { size: 5 * 1024 ** 4 + 1 }],
    ['10 TiB', { size: 10 * 1024 ** 4 }],
    ['less than nothing', { size: -1 }],
    ['half a byte', { size: 0.5 }],
    ['more than a number holds', { size: 2 ** 53 }],
    ['an oid in upper case', { oid: 'AB'.repeat(32) }],
    ['an oid that is a path', { oid: '../'.repeat(21) + 'a' }],
  ])('refuses %s, reserves and counts nothing of it', async (_what, change) => {
    const { repository, path } = await newRepository();
    const object = { ...anyObject(), ...change };
    for (const operation of ['upload', 'download'] as const) {
      const { objects } = await plan(alice, path, { operation, objects: [object] });
      expect(objects).toMatchObject([{ kind: 'refused', status: 422 }]);
    }
    expect(await usage(repository)).toEqual(NOTHING);
  });

  it('needs nothing of an object of size 0, whatever its oid, and keeps nothing of it', async () => {
    const { repository, path } = await newRepository();
    const empty = { oid: oidOf(Buffer.alloc(0)), size: 0 };
    for (const object of [empty, { ...anyObject(), size: 0 }]) {
      for (const operation of ['upload', 'download'] as const) {
        const { objects } = await plan(alice, path, { operation, objects: [object] });
        expect(objects).toMatchObject([{ kind: 'present' }]);
      }
    }
    expect(await usage(repository)).toEqual(NOTHING);
  });

  it('has room for 5 TiB', async () => {
    const { path } = await newRepository();
    const { objects } = await plan(alice, path, {
      operation: 'upload',
      objects: [{ ...anyObject(), size: 5 * 1024 ** 4 }],
    });
    expect(objects).toMatchObject([{ kind: 'upload' }]);
  });

  it('lets a credential for one direction do nothing in the other', async () => {
    const { path, object } = await holder();
    const directions = ['upload', 'download'] as const;
    for (const lfsOperation of directions) {
      for (const operation of directions) {
        const done = plan({ ...alice, lfsOperation }, path, { operation, objects: [object] });
        if (lfsOperation === operation) await expect(done).resolves.toMatchObject({ objects: [{ oid: object.oid }] });
        else await expect(done).rejects.toMatchObject({ code: 'forbidden' });
      }
    }
  });

  it('hands out a credential for this repository, direction and user, and for two hours', async () => {
    const { path, repository } = await newRepository();
    const batch = forge.get(LfsBatchService);
    const opened = await forge.get(RepositoryAccessService).open(alice, path, 'read');
    for (const operation of ['upload', 'download'] as const) {
      const header = batch.authorization(alice, opened, operation) ?? '';
      const [name, secret = ''] = Buffer.from(header.replace('Basic ', ''), 'base64').toString().split(':');
      const read = (afterSeconds: number) => batch.credentials.read(secret, new Date(Date.now() + afterSeconds * 1000));
      expect(name).toBe('alice');
      expect(read(7100)).toMatchObject({ operation, repositoryId: repository.id, userId: alice.userId });
      expect(read(7201)).toBeNull();
    }
    expect(batch.authorization(ANONYMOUS, opened, 'download')).toBeNull();
  });

  it('needs the role of a writer to upload', async () => {
    const { repository, path } = await newRepository();
    await forge.get(CollaboratorsService).set(repository, 'bob', 'read');
    const objects = [anyObject()];
    await expect(plan(bob, path, { operation: 'upload', objects })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(plan(bob, path, { operation: 'download', objects })).resolves.toMatchObject({
      objects: [{ kind: 'refused', status: 404 }],
    });
  });
});
