import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPrivateCatFile } from '../cat-file/private-cat-file';
import { runGit } from '../process/run-git';
import { createFixture, type Fixture } from '../testing/fixture';
import { Filler } from '../testing/fill';
import { rollUpPacks } from './roll-up';
import { readStorageFacts } from './storage-facts';

let fixture: Fixture;
let serial = 0;

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());

async function filler(format: 'sha1' | 'sha256' = 'sha1') {
  return new Filler(fixture, await fixture.repository(`roll-up-${serial++}`, format));
}

const rollUp = ({ path }: Filler, signal?: AbortSignal) => rollUpPacks(fixture.home, { repositoryPath: path, signal });
const noise = (seed: number, size: number) => {
  let state = seed + 1;
  return Array.from({ length: size }, () =>
    String.fromCharCode(33 + ((state = (state * 48271) % 2147483647) % 90)),
  ).join('');
};

it.each(['sha1', 'sha256'] as const)(
  'makes one pack of those that pushes left, with bitmaps, and loses nothing (%s)',
  async (format) => {
    const repository = await filler(format);
    for (let n = 0; n < 12; n++) await repository.push('refs/heads/main', `text ${n}\n`);
    const { objects: unreachable } = await repository.commit('nobody refers to it');
    const before = await repository.allObjects();
    expect(await repository.packNames()).toHaveLength(12);

    expect(await rollUp(repository)).toBe(12);

    expect(await repository.packNames()).toHaveLength(1);
    expect(await repository.allObjects()).toEqual(before);
    expect(before).toEqual(expect.arrayContaining(unreachable));
    expect(await readStorageFacts(repository.path)).toMatchObject({ looseObjectCount: 0, hasBitmap: true });
    expect(await repository.git(['rev-list', '--count', '--use-bitmap-index', '--all'])).toBe('12');
    await repository.git(['multi-pack-index', 'verify']);
    await repository.fsck();
    expect(await rollUp(repository)).toBe(0);
  },
);

it('does nothing in an empty repository, and packs what is only loose', async () => {
  const repository = await filler();
  expect(await rollUp(repository)).toBe(0);
  expect(await repository.packNames()).toEqual([]);
  await repository.commit('loose');
  expect(await rollUp(repository)).toBe(0);
  expect(await repository.packNames()).toHaveLength(1);
  expect(await readStorageFacts(repository.path)).toMatchObject({ looseObjectCount: 0 });
});

it('rewrites the small packs only', async () => {
  const repository = await filler();
  await repository.push('refs/heads/main', noise(1, 200_000));
  const [large] = await repository.packNames();
  for (let n = 0; n < 6; n++) await repository.push('refs/heads/main', `text ${n}\n`);
  expect(await rollUp(repository)).toBe(6);
  expect(await repository.packNames()).toHaveLength(2);
  expect(await repository.packNames()).toContain(large);
  await repository.fsck();
});

it('leaves the pack of a push under way, with its mark', async () => {
  const repository = await filler();
  for (let n = 0; n < 4; n++) await repository.push('refs/heads/main', `text ${n}\n`);
  const { objects } = await repository.commit('under way');
  const name = await repository.pack(objects);
  const keep = join(repository.path, 'objects', 'pack', `${name}.keep`);
  await writeFile(keep, 'receive-pack 1 on host\n');
  await rollUp(repository);
  expect(await readdir(join(repository.path, 'objects', 'pack'))).toEqual(
    expect.arrayContaining([`${name}.pack`, `${name}.idx`, `${name}.keep`]),
  );
  await rm(keep);
  await rollUp(repository);
  expect(await repository.allObjects()).toEqual(expect.arrayContaining(objects));
});

it('keeps every object in reach of a reader that opened the index of before', async () => {
  // An object in two packs: the one in which the old index finds it goes, the other stays.
  const repository = await filler();
  const twice = await repository.git(['hash-object', '-w', '--stdin'], 'in two packs');
  const staying = [twice];
  for (let n = 0; n < 12; n++) staying.push(...(await repository.commit(noise(n, 4000))).objects);
  await repository.pack(staying);
  const going = await repository.pack([twice, ...(await repository.commit('small')).objects]);
  await repository.git(['prune-packed', '--quiet']);
  for (let n = 0; n < 3; n++) await repository.push('refs/heads/main', `text ${n}\n`);
  const later = new Date(Date.now() + 60_000);
  await utimes(join(repository.path, 'objects', 'pack', `${going}.pack`), later, later);
  await repository.git(['multi-pack-index', 'write']);

  const reader = openPrivateCatFile(fixture.home, { repositoryPath: repository.path });
  try {
    await reader.catFile.info(await repository.git(['rev-parse', 'main']));
    expect(await rollUp(repository)).toBe(4);
    expect((await reader.catFile.info(twice))?.type).toBe('blob');
  } finally {
    await reader.close();
  }
});

it('leaves a whole repository when it is cut short', async () => {
  const repository = await filler();
  for (let n = 0; n < 5; n++) await repository.push('refs/heads/main', noise(n, 50_000));
  const before = await repository.allObjects();
  const owner = new AbortController();
  const running = rollUp(repository, owner.signal);
  setImmediate(() => owner.abort(new Error('the hub stops')));
  await expect(running).rejects.toThrow('the hub stops');
  expect(await repository.allObjects()).toEqual(before);
  await repository.fsck();
});

it('runs at low priority, and so does what git starts', async () => {
  const repository = await filler();
  const { stdout } = await runGit(fixture.home, {
    repositoryPath: repository.path,
    priority: 'low',
    // The alias is run by a shell that git starts.
    args: ['-c', 'alias.niceness=!nice', 'niceness'],
  });
  expect(stdout.toString().trim()).toBe('19');
});
