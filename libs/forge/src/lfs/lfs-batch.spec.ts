import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { LfsBatchRequest } from '@granary/wire';
import type { UserActor } from '../identity';
import { ProtectionsService } from '../protection';
import { RepositoriesService, RepositoryAccessService } from '../repositories';
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
