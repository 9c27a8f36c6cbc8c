import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFixture, type Fixture } from '../testing/fixture';
import { sweepStale } from './sweep-stale';

const HOUR_MS = 3_600_000;
const now = new Date();
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR_MS);

let fixture: Fixture;
let path: string;
let serial = 0;

beforeAll(async () => (fixture = await createFixture()));
afterAll(() => fixture.remove());
beforeEach(async () => (path = await fixture.repository(`stale-${serial++}`)));

async function file(name: string, changed: Date): Promise<void> {
  await mkdir(dirname(join(path, name)), { recursive: true });
  await writeFile(join(path, name), 'x');
  await utimes(join(path, name), changed, changed);
}

const LEFT = [
  'HEAD.lock',
  'packed-refs.lock',
  'refs/heads/topic/one.lock',
  'objects/pack/tmp_pack_AbCdEf',
  'objects/pack/tmp_idx_AbCdEf',
  'objects/pack/.tmp-1234-pack-0123.pack',
  'objects/pack/multi-pack-index.lock',
  'objects/ab/tmp_obj_AbCdEf',
  'objects/info/commit-graphs/tmp_graph_AbCdEf',
  'objects/info/commit-graphs/commit-graph-chain.lock',
];
const WANTED = [
  'objects/pack/pack-0123.keep',
  'objects/pack/pack-0123.pack',
  'objects/ab/0123456789012345678901234567890123456789',
  'refs/heads/lock',
];

it('removes what killed processes left a day ago, and nothing else', async () => {
  for (const name of [...LEFT, ...WANTED]) await file(name, ago(25));
  expect((await sweepStale(path, { now })).sort()).toEqual([...LEFT].sort());
  for (const name of WANTED) await stat(join(path, name));
  await expect(sweepStale(path, { now })).resolves.toEqual([]);
});

it('leaves what is younger', async () => {
  for (const name of LEFT) await file(name, ago(23));
  expect(await sweepStale(path, { now })).toEqual([]);
});

it('takes a quarantine for as young as the last file written in it', async () => {
  const make = async (name: string, written: Date) => {
    await file(`objects/${name}/pack/tmp_pack_1`, written);
    for (const folder of [`objects/${name}/pack`, `objects/${name}`])
      await utimes(join(path, folder), ago(30), ago(30));
  };
  await make('tmp_objdir-incoming-dead', ago(26));
  await make('tmp_objdir-incoming-slow', ago(1));
  expect(await sweepStale(path, { now })).toEqual(['objects/tmp_objdir-incoming-dead']);
});

it('finds nothing where a repository was purged', async () => {
  expect(await sweepStale(`${path}-gone`, { now })).toEqual([]);
});
