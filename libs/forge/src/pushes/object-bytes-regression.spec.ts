import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { objectBytes } from './object-bytes';

let objects: string;

beforeEach(async () => {
  objects = await mkdtemp(join(tmpdir(), 'objects-'));
  for (const directory of ['pack', 'ab', 'info']) await mkdir(join(objects, directory));
  await writeFile(join(objects, 'pack', 'pack-1.pack'), Buffer.alloc(1000));
  await writeFile(join(objects, 'ab', 'cdef'), Buffer.alloc(10));
});
afterEach(() => rm(objects, { recursive: true, force: true }));

it('counts what is there, and not what pushes under way have in quarantine', async () => {
  await mkdir(join(objects, 'tmp_objdir-incoming-x', 'pack'), { recursive: true });
  await writeFile(join(objects, 'tmp_objdir-incoming-x', 'pack', 'p.pack'), Buffer.alloc(7));
  expect(await objectBytes(objects)).toBe(1010);
  expect(await objectBytes(join(objects, 'tmp_objdir-incoming-x'))).toBe(7);
  expect(await objectBytes(join(objects, 'absent'))).toBe(0);
});

it('counts all of it while quarantines of other pushes come and go', async () => {
  let isOver = false;
  const comeAndGo = async (name: string) => {
    while (!isOver) {
      await mkdir(join(objects, name, 'pack'), { recursive: true });
      await rm(join(objects, name), { recursive: true, force: true });
    }
  };
  const others = ['tmp_objdir-incoming-1', 'tmp_objdir-incoming-2', 'cd'].map(comeAndGo);
  const measured = new Set<number>();
  for (let n = 0; n < 100; n++) measured.add(await objectBytes(objects));
  isOver = true;
  await Promise.all(others);
  expect([...measured]).toEqual([1010]);
});
