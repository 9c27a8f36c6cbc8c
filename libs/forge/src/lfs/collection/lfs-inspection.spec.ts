import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { DAY_MS } from '@granary/kernel';
import { ANONYMOUS } from '../../identity';
import { RepositoriesService, type Repository } from '../../repositories';
import { openForge, type ForgeFixture } from '../../testing/forge-fixture';
import { LfsObjectsService } from '../lfs-objects.service';
import { LfsInspectionService, type LfsFindings } from './lfs-inspection.service';

const NOTHING: LfsFindings = {
  ...{ damaged: [], unkept: [], orphanKeys: [], stagingKeys: [] },
  ...{ miscounted: [], inBoth: [], overdue: [], failing: [] },
};
let offsetMs = 0;
let forge: ForgeFixture;
let repository: Repository;

beforeAll(async () => {
  forge = await openForge({ clock: { now: () => new Date(Date.now() + offsetMs) } });
  const alice = await forge.user('alice');
  repository = await forge.get(RepositoriesService).create(alice, { namespace: 'alice', name: 'data' });
}, 60_000);

afterAll(() => forge.close());

async function upload(): Promise<string> {
  const bytes = randomBytes(100);
  const claim = { oid: createHash('sha256').update(bytes).digest('hex'), sizeBytes: 100 };
  await forge.get(LfsObjectsService).upload(repository, claim, { stream: Readable.from([bytes]) });
  return claim.oid;
}

const inspect = () => forge.get(LfsInspectionService).inspect();
const sql = (text: string, ...parameters: unknown[]) => forge.database.query(text, parameters);

it('finds nothing where nothing is wrong, and each thing that is', async () => {
  const [lost, unkept, both, damaged] = [await upload(), await upload(), await upload(), await upload()];
  await forge.store.put('staging/0-left', Readable.from(['x']));
  const awaited = await forge
    .get(LfsObjectsService)
    .admit(repository, ANONYMOUS, { oids: [], claims: [{ oid: 'a'.repeat(64), sizeBytes: 1 }] });
  await forge.store.put(`staging/${awaited.get('a'.repeat(64))?.id}.part`, Readable.from(['x']));
  expect(await inspect()).toEqual(NOTHING);

  await sql('DELETE FROM lfs_links WHERE oid = ANY($1)', [lost, unkept]);
  await sql('DELETE FROM lfs_objects WHERE oid = $1', lost);
  await sql(
    'INSERT INTO lfs_trash (repository_id, oid, linked_at, collected_at, purge_after) VALUES ($1, $2, now(), now(), now())',
    ...[repository.id, both],
  );
  await sql(`UPDATE lfs_objects SET damaged_at = now(), damage = 'it is gone' WHERE oid = $1`, damaged);
  await sql(
    `INSERT INTO lfs_collections (repository_id, last_run) VALUES ($1, '{"outcome":"failed","error":"no"}')`,
    repository.id,
  );
  const soon = await inspect();
  expect(soon).toMatchObject({ unkept: [], orphanKeys: [], stagingKeys: [], overdue: [] });
  expect(soon).toMatchObject({
    damaged: [{ oid: damaged, damage: 'it is gone' }],
    miscounted: [{ name: 'alice/data', countedBytes: 400, linkedBytes: 200 }],
    inBoth: [{ name: 'alice/data', oid: both }],
    failing: [{ name: 'alice/data', error: 'no' }],
  });
  offsetMs = 4 * DAY_MS;
  expect(await inspect()).toMatchObject({
    unkept: [unkept],
    orphanKeys: [expect.stringContaining(lost)],
    stagingKeys: ['staging/0-left'],
    overdue: ['alice/data'],
  });
});
