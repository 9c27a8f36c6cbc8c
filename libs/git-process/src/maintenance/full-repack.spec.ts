import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from '../process/run-git';
import { updateRefs } from '../repository/refs';
import { createFixture, type Fixture } from '../testing/fixture';
import { Filler } from '../testing/fill';
import { repackFully } from './full-repack';
import { writeCommitGraph } from './indexes';
import { settleLimbo } from './limbo';
import { rollUpPacks } from './roll-up';
import { readStorageFacts } from './storage-facts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let fixture: Fixture;
let repository: Filler;
let serial = 0;
const start = new Date();
const after = (ms: number) => new Date(start.getTime() + ms);

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());
beforeEach(async () => {
  repository = new Filler(fixture, await fixture.repository(`full-${serial++}`));
  for (let n = 0; n < 5; n++) await repository.push('refs/heads/main', `text ${n}\n`);
});

const repack = (now: Date) => repackFully(fixture.home, { repositoryPath: repository.path, now });
const settle = (now: Date) => settleLimbo(fixture.home, { repositoryPath: repository.path, now });
const remove = (ref: string) => updateRefs(fixture.home, repository.path, [{ ref, newOid: null }]);

it('makes one pack of everything reachable, with bitmaps, and keeps every ref', async () => {
  await repository.push('refs/tags/v1', 'tagged\n');
  const [refs, objects] = [await repository.git(['for-each-ref']), await repository.allObjects()];
  await repack(start);
  expect(await repository.packNames()).toHaveLength(1);
  expect(await repository.git(['for-each-ref'])).toBe(refs);
  expect(await repository.allObjects()).toEqual(objects);
  expect(await readStorageFacts(repository.path)).toMatchObject({ packCount: 1, hasBitmap: true, hasCruft: false });
  // git walks the history with the bitmaps and without, and compares.
  await repository.git(['rev-list', '--test-bitmap', 'refs/tags/v1']);
  await repository.fsck();
});

it('keeps what is unreachable for two weeks after it was first seen so, however old it is, then drops it', async () => {
  const lost = await repository.push('refs/heads/topic', 'soon unreachable\n');
  await repack(start);
  await remove('refs/heads/topic');
  // The pack with the commit is 20 days old by now; the branch was deleted a moment ago.
  await repack(after(20 * DAY_MS));
  expect(await repository.has(lost)).toBe(true);
  expect(await readStorageFacts(repository.path)).toMatchObject({ hasCruft: true });
  await repack(after(33 * DAY_MS));
  expect(await repository.has(lost)).toBe(true);
  await repack(after(35 * DAY_MS));
  expect(await repository.has(lost)).toBe(false);
  await repository.fsck();
});

it('keeps a loose object that nobody refers to yet', async () => {
  const { objects } = await repository.commit('being written by the web UI');
  await repack(start);
  expect(await repository.allObjects()).toEqual(expect.arrayContaining(objects));
  await repack(after(13 * DAY_MS));
  expect(await repository.allObjects()).toEqual(expect.arrayContaining(objects));
});

it('brings back what a push counted on while it was dropped', async () => {
  const lost = await repository.push('refs/heads/topic', 'counted on\n');
  await remove('refs/heads/topic');
  await repack(start);
  await repack(after(20 * DAY_MS));
  expect(await repository.has(lost)).toBe(false);
  // The push's objects were checked before, its ref moves after: git itself would not write such a ref any more.
  await writeFile(join(repository.path, 'refs', 'heads', 'back'), `${lost}\n`);
  expect(await settle(after(20 * DAY_MS + HOUR_MS))).toBe('restored');
  expect(await repository.git(['cat-file', 'blob', 'refs/heads/back:file-5'])).toBe('counted on');
  await repository.fsck();
  expect(await settle(after(20 * DAY_MS + HOUR_MS))).toBe('dropped');
  await repository.fsck();
  expect(await settle(after(21 * DAY_MS))).toBe('empty');
});

it('lets packs wait for an hour before they are gone, and holds none that is still wanted', async () => {
  const space = async () => (await readdir(join(repository.path, 'granary-limbo'))).length;
  await repack(start);
  expect(await settle(after(HOUR_MS - 1000))).toBe('waiting');
  expect(await space()).toBe(1);
  expect(await settle(after(HOUR_MS))).toBe('dropped');
  expect(await space()).toBe(0);
  await repository.fsck();
});

it('says so when objects are missing that it does not have either', async () => {
  await repack(start);
  for (const name of await repository.packNames()) {
    for (const ending of ['.idx', '.pack', '.bitmap'])
      await rm(join(repository.path, 'objects', 'pack', name + ending), { force: true });
  }
  await rm(join(repository.path, 'objects', 'pack', 'multi-pack-index'), { force: true });
  const [batch = ''] = await readdir(join(repository.path, 'granary-limbo'));
  for (const file of await readdir(join(repository.path, 'granary-limbo', batch)))
    await rm(join(repository.path, 'granary-limbo', batch, file));
  await expect(settle(after(2 * HOUR_MS))).rejects.toThrow(/rev-list/);
  expect(await readdir(join(repository.path, 'granary-limbo'))).toEqual([batch]);
});

it('works in a repository all of whose refs are gone', async () => {
  await remove('refs/heads/main');
  await rollUpPacks(fixture.home, { repositoryPath: repository.path });
  await repack(start);
  expect(await repository.allObjects()).toHaveLength(15);
  await repack(after(15 * DAY_MS));
  expect(await repository.allObjects()).toHaveLength(0);
});

it('writes a commit-graph with Bloom filters that git uses, layer by layer, and afresh after commits were dropped', async () => {
  const graph = (afresh: boolean) => writeCommitGraph(fixture.home, { repositoryPath: repository.path, afresh });
  const layers = async () =>
    (await readdir(join(repository.path, 'objects', 'info', 'commit-graphs'))).filter((name) =>
      name.endsWith('.graph'),
    );
  await graph(false);
  expect(await layers()).toHaveLength(1);
  const { stderr } = await runGit(fixture.home, {
    repositoryPath: repository.path,
    args: ['log', '--format=%H', '--', 'file-3'],
    env: { GIT_TRACE2_PERF: '1' },
  });
  // The root and both commits that touch the file are looked into; the filters spare the other two.
  expect(stderr).toMatch(/statistics:.*"filter_not_present":0.*"definitely_not":2/);
  await repository.git(['commit-graph', 'verify']);
  const lost = await repository.push('refs/heads/topic', 'dropped\n');
  await graph(false);
  await remove('refs/heads/topic');
  await repack(start);
  await repack(after(20 * DAY_MS));
  expect(await repository.has(lost)).toBe(false);
  await graph(true);
  await repository.git(['commit-graph', 'verify']);
  await repository.fsck();
  expect(await readStorageFacts(repository.path)).toMatchObject({ hasCommitGraph: true });
});
