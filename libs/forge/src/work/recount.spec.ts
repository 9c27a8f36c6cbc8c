import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { LfsObjectsService } from '../lfs';
import { RepositoriesService } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { RecountService } from './recount.service';

let forge: ForgeFixture;

beforeAll(async () => {
  forge = await openForge();
}, 60_000);

afterAll(() => forge.close());

it('finds and mends each number that is not what it counts, and nothing else', async () => {
  const alice = await forge.user('alice');
  const repositories = forge.get(RepositoriesService);
  const [right, wrong] = [
    await repositories.create(alice, { namespace: 'alice', name: 'right' }),
    await repositories.create(alice, { namespace: 'alice', name: 'wrong' }),
  ];
  for (const repository of [right, wrong]) {
    const bytes = randomBytes(100);
    const oid = createHash('sha256').update(bytes).digest('hex');
    await forge.get(LfsObjectsService).upload(repository, { oid, sizeBytes: 100 }, { stream: Readable.from([bytes]) });
  }
  const recount = forge.get(RecountService);
  expect(await recount.mend()).toEqual([]);

  await forge.database.query('UPDATE repositories SET lfs_size_bytes = 7, lfs_object_count = 0 WHERE id = $1', [
    wrong.id,
  ]);
  await writeFile(join(repositories.storage.pathOf(wrong.id), 'objects', 'pack', 'pack-x.pack'), Buffer.alloc(50));
  const lfs = [
    { repository: 'alice/wrong', what: 'lfs_size_bytes', recorded: 7, counted: 100 },
    { repository: 'alice/wrong', what: 'lfs_object_count', recorded: 0, counted: 1 },
  ];
  expect(await recount.mend()).toEqual([
    ...lfs,
    { repository: 'alice/wrong', what: 'git_size_bytes', recorded: 0, counted: 50 },
  ]);
  expect(await recount.mend()).toEqual([]);
});
