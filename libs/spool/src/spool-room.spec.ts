import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SpoolRoom } from './spool-room';

let parent: string;
beforeEach(async () => (parent = await mkdtemp(join(tmpdir(), 'spool-room-'))));
afterEach(() => rm(parent, { recursive: true, force: true }));

const open = (maxBytes: number) => SpoolRoom.open({ directory: join(parent, 'packs'), maxBytes });

it('lets one file have half, and all together the whole', async () => {
  const room = await open(1000);
  expect([room.fits(500), room.fits(501)]).toEqual([true, false]);
  expect([room.take(0, 501), room.take(0, 500), room.take(500, 1)]).toEqual([false, true, false]);
  expect([room.take(0, 500), room.take(0, 1)]).toEqual([true, false]);
  expect(room.takenBytes).toBe(1000);
  room.giveBack(500);
  expect([room.take(0, 501), room.take(0, 400)]).toEqual([false, true]);
  await room.close();
});

it('has no place for anything where its budget is nothing', async () => {
  const room = await open(0);
  expect([room.take(0, 1), room.fits(1)]).toEqual([false, false]);
  await room.close();
});

it('gives each process a directory that goes with it, and removes those of processes that are gone', async () => {
  const abandoned = join(parent, 'packs', 'process-gone');
  await mkdir(abandoned, { recursive: true });
  await writeFile(join(abandoned, '1'), 'left');
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(abandoned, longAgo, longAgo);

  const [one, other] = [await open(10), await open(10)];
  expect(await readdir(join(parent, 'packs'))).not.toContain('process-gone');
  const paths = [one.newPath('.pack'), one.newPath('.pack'), other.newPath('.pack')];
  expect(new Set(paths).size).toBe(3);
  expect(dirname(paths[0] as string)).not.toBe(dirname(paths[2] as string));
  await writeFile(paths[0] as string, 'pack');
  await one.close();
  expect(await readdir(join(parent, 'packs'))).toHaveLength(1);
  await other.close();
});
