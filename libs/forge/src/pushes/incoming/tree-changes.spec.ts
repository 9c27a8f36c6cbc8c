import fc from 'fast-check';
import { Scratch } from './testing/scratch';
import { walkChanges, type ChangedPath } from './tree-changes';
import { Unacceptable } from './unacceptable';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await Scratch.open();
});
afterAll(() => scratch.close());

async function changesOf(tree: string, ...bases: string[]): Promise<string[]> {
  const found: ChangedPath[] = [];
  await walkChanges(scratch.reader(), { tree, bases, withDeletions: true, visit: (change) => void found.push(change) });
  return found.map(({ path, oid }) => `${oid === null ? 'D' : 'M'} ${path}`).toSorted();
}

/** What git itself says, additions as changes. */
function byGit(tree: string, base: string): string[] {
  const lines = scratch.git(['diff-tree', '-r', '--no-renames', '--name-status', '-z', base, tree]).split('\0');
  const found: string[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) found.push(`${lines[at] === 'D' ? 'D' : 'M'} ${lines[at + 1]}`);
  return found.toSorted();
}

const NAMES = ['a', 'a-b', 'a.c', 'a0', 'b', 'ä'];
// The same name is a file here and a directory there, which git sorts apart.
const Files = fc
  .dictionary(
    fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
    fc.constantFrom('1', '2', '3'),
    { maxKeys: 8 },
  )
  .map((files) => {
    const isFile = (path: string) => !Object.keys(files).some((other) => other.startsWith(`${path}/`));
    return Object.fromEntries(Object.entries(files).filter(([path]) => isFile(path)));
  });

it('finds what git diff-tree finds', async () => {
  await fc.assert(
    fc.asyncProperty(Files, Files, async (before, after) => {
      const [base, tree] = [scratch.treeOf(before), scratch.treeOf(after)];
      expect(await changesOf(tree, base)).toEqual(byGit(tree, base));
    }),
    { numRuns: 25 },
  );
}, 120_000);

it('asks a merge only for what is in none of its parents', async () => {
  const ours = scratch.treeOf({ 'd/mine': 'mine', 'd/both': 'old', 'd/gone': 'x', same: 'same' });
  const theirs = scratch.treeOf({ 'd/yours': 'yours', 'd/both': 'new', 'd/gone': 'x', same: 'same' });
  const merge = { 'd/mine': 'mine', 'd/yours': 'yours', 'd/both': 'new', 'd/gone': 'x', same: 'same' };
  expect(await changesOf(scratch.treeOf(merge), ours, theirs)).toEqual([]);
  expect(await changesOf(scratch.treeOf({ ...merge, 'd/both': 'evil' }), ours, theirs)).toEqual(['M d/both']);
  // What one side had taken out, the merge may take out as well.
  const { 'd/mine': _mine, ...taken } = merge;
  expect(await changesOf(scratch.treeOf({ ...taken, 'd/extra': 'e' }), ours, theirs)).toEqual(['M d/extra']);
  const { 'd/gone': _, ...rest } = merge;
  expect(await changesOf(scratch.treeOf(rest), ours, theirs)).toEqual(['D d/gone']);
});

it('sees a change of mode, and nothing of directories that are the same', async () => {
  const blob = scratch.blob('x');
  const inside = scratch.treeOf({ deep: 'deep' });
  const tree = (mode: string) => scratch.tree(`${mode} blob ${blob}\tf`, `040000 tree ${inside}\td`);
  expect(await changesOf(tree('100755'), tree('100644'))).toEqual(['M f']);
  expect(await changesOf(tree('100644'), tree('100644'))).toEqual([]);
});

it('gives up on trees that are too large to be held at once', async () => {
  const reader = scratch.reader();
  const [tree, base] = [scratch.treeOf({ a: '1' }), scratch.treeOf({ a: '2' })];
  jest.spyOn(reader, 'tree').mockResolvedValue(Buffer.alloc(200 * 1024 ** 2));
  const walk = walkChanges(reader, { tree, bases: [base], withDeletions: false, visit: () => undefined });
  await expect(walk).rejects.toThrow(Unacceptable);
});
