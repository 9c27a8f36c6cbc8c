import { PathCounter } from './path-counter';
import { Scratch } from './testing/scratch';
import { Unacceptable } from './unacceptable';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await Scratch.open();
});
afterAll(() => scratch.close());

it('counts files and directories of every level', async () => {
  const tree = scratch.treeOf({ a: '1', 'd/b': '2', 'd/e/c': '3' });
  expect(await new PathCounter().count(tree, scratch.reader())).toBe(5);
});

it('counts each tree once, however many paths it stands for', async () => {
  let tree = scratch.tree();
  for (let depth = 0; depth < 10; depth++) {
    const below = tree;
    tree = scratch.tree(...Array.from({ length: 100 }, (_, n) => `040000 tree ${below}\t${n}`));
  }
  // 100 + 100² + … + 100¹⁰ directories in eleven objects.
  expect(await new PathCounter().count(tree, scratch.reader())).toBeCloseTo((100 ** 11 - 100) / 99, -10);
});

it('refuses to follow a chain of directories without an end', async () => {
  const blob = scratch.blob('x');
  const lines = [`blob\nmark :1\ndata 1\nx\n`, `commit refs/heads/deep\ncommitter a <a@x> 0 +0000\ndata 0\n`];
  lines.push(`M 100644 ${blob} ${'d/'.repeat(1100)}f\n`);
  scratch.git(['fast-import', '--quiet'], lines.join(''));
  const tree = scratch.git(['rev-parse', 'refs/heads/deep^{tree}']);
  await expect(new PathCounter().count(tree, scratch.reader())).rejects.toThrow(Unacceptable);
});

it('reads a tree that it has counted never again, alone or below another', async () => {
  const shared = scratch.treeOf({ x: '1', 'y/z': '2' });
  const one = scratch.tree(`040000 tree ${shared}\tone`);
  const two = scratch.tree(`040000 tree ${shared}\tother`);
  const counter = new PathCounter();
  const reader = scratch.reader();
  expect(await counter.count(one, reader)).toBe(4);

  const read = jest.spyOn(reader, 'tree');
  expect(await counter.count(one, reader)).toBe(4);
  expect(read).not.toHaveBeenCalled();
  expect(await counter.count(two, reader)).toBe(4);
  expect(read.mock.calls.map(([oid]) => oid)).toEqual([two]);
});

it('has directories side by side read ahead, 64 at a time, and a single one not', async () => {
  const blob = scratch.blob('1');
  const listings = Array.from({ length: 66 }, (_, n) => `100644 blob ${blob}\tf${n}\n`);
  const folders = scratch.git(['mktree', '--batch'], listings.join('\n')).split('\n');
  const wide = scratch.tree(...folders.map((tree, n) => `040000 tree ${tree}\td${n}`));
  const reader = scratch.reader();
  const ahead = jest.spyOn(reader, 'readAhead');
  expect(await new PathCounter().count(scratch.tree(`040000 tree ${wide}\twide`), reader)).toBe(133);
  expect(ahead.mock.calls.map(([oids]) => oids.length)).toEqual([64, 2]);
});

it('waits for its turn where the reader says so', async () => {
  const reader = scratch.reader();
  const events: string[] = [];
  jest.spyOn(reader, 'noteEntry').mockImplementation(async () => void events.push('turn'));
  const counted = new PathCounter().count(scratch.treeOf({ a: '1' }), reader).then(() => events.push('counted'));
  await counted;
  expect(events).toEqual(['turn', 'counted']);
});

it('follows directories to the depth that is said', async () => {
  const chain = (depth: number) => {
    let tree = scratch.treeOf({ f: String(depth) });
    for (let level = 0; level < depth; level++) tree = scratch.tree(`040000 tree ${tree}\td`);
    return tree;
  };
  const reader = scratch.reader();
  const counter = new PathCounter();
  const deepest = chain(3);
  expect(await counter.count(deepest, reader, 997)).toBe(4);
  await expect(new PathCounter().count(deepest, reader, 998)).rejects.toThrow(
    'A tree is nested more than 1000 directories deep.',
  );
});
