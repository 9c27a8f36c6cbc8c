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
