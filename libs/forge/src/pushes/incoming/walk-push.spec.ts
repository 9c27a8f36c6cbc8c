import type { PushRuleValues } from '@granary/api-contract';
import { DEFAULT_PUSH_RULES } from '../../protection';
import { Inspection } from './inspection';
import { PathCounter } from './path-counter';
import { MemoryObjects } from './testing/memory-objects';
import { Scratch } from './testing/scratch';
import { Unacceptable } from './unacceptable';
import { PushWalk } from './walk-push';

let scratch: Scratch;
beforeAll(async () => {
  scratch = await Scratch.open();
});
afterAll(() => scratch.close());

let serial = 0;
const commit = (tree: string, ...parents: string[]) =>
  scratch.git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', String(serial++)]);

/** Walks over `incoming`, of which `tips` are what refs point at. */
async function walk(
  incoming: string[],
  tips: string[],
  rules: Partial<PushRuleValues> = {},
  locked: readonly string[] = [],
) {
  const reader = scratch.reader(incoming);
  const locks = new Map(locked.map((path) => [path, { path, owner: 'bob' }]));
  const inspection = new Inspection({ ...DEFAULT_PUSH_RULES, ...rules }, reader, locks);
  const push = new PushWalk(reader, inspection, new PathCounter());
  await push.run(tips);
  return { inspection, bases: [...push.bases], boundary: push.boundary() };
}

it('tells what the refs stand on, not what else the pack brings', async () => {
  const tree = scratch.treeOf({ a: 'a' });
  const [old, other] = [commit(tree), commit(tree)];
  const tip = commit(tree, other);
  const decoy = commit(tree, old);
  // A forced push from old to tip, which brings a commit along that stands on old.
  expect((await walk([tip, decoy], [tip])).bases).toEqual([other]);
});

it('tells through which objects of the repository the refs will reach the rest, and where it has not seen all', async () => {
  const [tree, other] = [scratch.treeOf({ a: 'a' }), scratch.treeOf({ a: 'b' })];
  const [first, second] = [commit(tree), commit(tree)];
  const tip = commit(other, first);
  const brought = [tip, other, scratch.blob('b')];
  expect((await walk(brought, [tip, second])).boundary).toEqual(new Set([first, second]));
  // The file was there: be it in a commit that no ref reaches.
  expect((await walk([tip, other], [tip])).boundary).toBeNull();
  expect((await walk([], [second])).boundary).toEqual(new Set([second]));
});

it('looks at what no ref reaches, too', async () => {
  const tree = scratch.treeOf({ 'dir/evil.exe': 'smuggled' });
  const [tip, hidden] = [commit(scratch.treeOf({ a: 'a' })), commit(tree)];
  const { inspection } = await walk([tip, hidden, tree], [tip], { forbidden_paths: ['*.exe'] });
  expect(inspection.forbidden.samples()).toEqual(['dir/evil.exe']);
});

it('judges a file once for each path, and what the repository has by its new path alone', async () => {
  const blob = scratch.blob('z'.repeat(3000));
  const old = commit(scratch.tree(`100644 blob ${blob}\told.bin`));
  const tree = scratch.tree(...['copy.txt', 'new.bin', 'old.bin'].map((path) => `100644 blob ${blob}\t${path}`));
  const tip = commit(tree, old);
  const rules = { max_file_size_bytes: 2000, lfs_required_size_bytes: 2000, lfs_required_patterns: ['*.bin'] };
  const { inspection } = await walk([tip, tree], [tip], rules);
  expect(inspection.tooLarge.count).toBe(0);
  expect(inspection.notLfs.samples()).toEqual(['new.bin (2.9 KiB)']);
});

it('tells of a locked file that a commit changes or deletes, on a new branch or on the way', async () => {
  const [kept, without, changed] = [
    scratch.treeOf({ art: 'old', a: 'a' }),
    scratch.treeOf({ a: 'a' }),
    scratch.treeOf({ art: 'new', a: 'a' }),
  ];
  const old = commit(kept);
  const lockedBy = async (incoming: string[], tip: string, locked: string[]) =>
    (await walk(incoming, [tip], {}, locked)).inspection.locked.samples();
  for (const between of [without, changed]) {
    const middle = commit(between, old);
    const back = commit(kept, middle);
    expect(await lockedBy([middle, between], middle, ['art', 'music'])).toEqual(['art (locked by bob)']);
    expect(await lockedBy([middle, back, between], back, ['art'])).toEqual(['art (locked by bob)']);
    expect(await lockedBy([middle, between], middle, ['music'])).toEqual([]);
  }
});

it('forbids a path whatever lies there: a file, a program, a symlink, a submodule', async () => {
  const blob = scratch.blob('target');
  const tree = scratch.tree(
    `100644 blob ${blob}\t.env`,
    `100755 blob ${blob}\trun.env`,
    `120000 blob ${blob}\tlink.env`,
    `160000 commit ${'1'.repeat(40)}\tmodule.env`,
    `160000 commit ${'1'.repeat(40)}\tmodule.txt`,
    `120000 blob ${blob}\tlink.txt`,
  );
  const tip = commit(tree);
  const { inspection } = await walk([tip, tree, blob], [tip], { forbidden_paths: ['*.env'] });
  expect(inspection.forbidden.samples()).toEqual(['.env', 'link.env', 'module.env', 'run.env']);
});

it('asks no LFS rule of symlinks and submodules', async () => {
  const blob = scratch.blob('target');
  const tree = scratch.tree(`120000 blob ${blob}\tlink.psd`, `160000 commit ${'1'.repeat(40)}\tmodule.psd`);
  const tip = commit(tree);
  const { inspection } = await walk([tip, tree, blob], [tip], { lfs_required_patterns: ['*.psd'] });
  expect(inspection.notLfs.count).toBe(0);
});

it('finds the pointers that a tag of a tag brings', async () => {
  const oid = 'ab'.repeat(32);
  const pointer = scratch.blob(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5\n`);
  const tree = scratch.tree(`100644 blob ${pointer}\tp.bin`);
  const inner = scratch.git(['mktag'], `object ${tree}\ntype tree\ntag t\ntagger A <a@x> 0 +0000\n\n`);
  const outer = scratch.git(['mktag'], `object ${inner}\ntype tag\ntag t\ntagger A <a@x> 0 +0000\n\n`);
  const { inspection } = await walk([outer, inner, tree, pointer], [outer]);
  const uses = [{ tree, path: 'p.bin' }];
  expect([...inspection.pointers.values()]).toEqual([{ oid, sizeBytes: 5, uses, hasMoreUses: false }]);
});

it.each([
  [
    'a commit with hundreds of parents',
    () => {
      const tree = scratch.treeOf({ a: 'a' });
      const parents = Array.from({ length: 101 }, () => commit(tree));
      return [commit(tree, ...parents)];
    },
  ],
  ['a commit that lists too much', () => [commit(scratch.treeOf({ a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' }))]],
])('refuses %s', async (_what, make) => {
  const incoming = make();
  await expect(walk(incoming, incoming, { max_tree_paths: 5 })).rejects.toThrow(Unacceptable);
});

describe('a walk', () => {
  /** Walks over objects in memory. */
  async function over(
    objects: MemoryObjects,
    given: { incoming: string[]; tips: string[]; others?: string[]; rules?: Partial<PushRuleValues> },
  ) {
    const reader = objects.reader(given.incoming);
    const inspection = new Inspection({ ...DEFAULT_PUSH_RULES, ...given.rules }, reader, new Map());
    const push = new PushWalk(reader, inspection, new PathCounter());
    await push.run(given.tips, given.others);
    return { inspection, push };
  }
  const oidOf = (digit: string) => digit.repeat(64);
  const pointerTo = (oid: string) => `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 5\n`;

  /** A commit of one pointer, and what it brings. */
  function pointing(objects: MemoryObjects, oid: string): { tip: string; brought: string[] } {
    const tree = objects.files({ 'a.bin': pointerTo(oid) });
    const tip = objects.commit(tree);
    return { tip, brought: [tip, tree, objects.blob(pointerTo(oid))] };
  }

  it('asks for the LFS objects of what refs shall point at, not of what was refused, which it judges all the same', async () => {
    const objects = new MemoryObjects();
    const [wanted, refused] = [pointing(objects, oidOf('a')), pointing(objects, oidOf('b'))];
    const evil = objects.commit(objects.files({ 'evil.exe': 'x' }), { parents: [refused.tip] });
    const incoming = [...wanted.brought, ...refused.brought, evil];
    const rules = { forbidden_paths: ['*.exe'] };
    const both = await over(objects, { incoming, tips: [wanted.tip], others: [evil], rules });
    expect([...both.inspection.pointers.keys()]).toEqual([oidOf('a')]);
    expect(both.inspection.forbidden.samples()).toEqual(['evil.exe']);
    const all = await over(objects, { incoming, tips: [wanted.tip, evil] });
    expect([...all.inspection.pointers.keys()].sort()).toEqual([oidOf('a'), oidOf('b')]);
  });

  it('asks for the LFS objects of what no ref was asked for, where all was granted', async () => {
    const objects = new MemoryObjects();
    const [wanted, beside] = [pointing(objects, oidOf('a')), pointing(objects, oidOf('b'))];
    const { inspection } = await over(objects, {
      incoming: [...wanted.brought, ...beside.brought],
      tips: [wanted.tip],
    });
    expect([...inspection.pointers.keys()].sort()).toEqual([oidOf('a'), oidOf('b')]);
  });

  it('lists files over the limit that stand in no commit, and names them by their ids', async () => {
    const objects = new MemoryObjects();
    const [inCommit, smuggled, fitting, other] = ['1', '2', '3', '4'].map((digit) => objects.blob(digit.repeat(3000)));
    const small = objects.blob('5'.repeat(2000));
    const tree = objects.tree({ mode: '100644', name: 'a', oid: inCommit ?? '' });
    const tip = objects.commit(tree, { text: 'a message that is longer than any file may be'.repeat(100) });
    const incoming = [inCommit, smuggled, fitting, other, small, tree, tip].map((oid) => oid ?? '');
    const { push, inspection } = await over(objects, { incoming, tips: [tip], rules: { max_file_size_bytes: 2000 } });
    expect([...push.unmetLargeBlobs()]).toEqual([smuggled, fitting, other].toSorted());
    expect(inspection.tooLarge.samples()).toEqual(['a (2.9 KiB)']);
    push.noteLargeBlob(smuggled ?? '');
    expect(inspection.tooLarge.samples()).toEqual(['a (2.9 KiB)', `blob ${smuggled} (2.9 KiB)`]);
  });

  it('has nothing to do for a deletion', async () => {
    const { push } = await over(new MemoryObjects(), { incoming: [], tips: ['0'.repeat(40)] });
    expect(push.boundary()).toEqual(new Set());
  });

  it('follows ten tags, and no more', async () => {
    const objects = new MemoryObjects();
    const chain = (length: number) => {
      const tags = [objects.commit(objects.files({ a: 'a' }))];
      for (let depth = 0; depth < length; depth++) tags.push(objects.tag(tags.at(-1) ?? '', depth ? 'tag' : 'commit'));
      return { incoming: tags, tips: [tags.at(-1) ?? ''] };
    };
    await expect(over(objects, chain(9))).resolves.toBeDefined();
    await expect(over(objects, chain(10))).rejects.toThrow(
      /^The tag [0-9a-f]{40} names a tag .* more than 10 times\.$/,
    );
  });

  it('notes that it has not looked at a file that a tag names', async () => {
    const objects = new MemoryObjects();
    const blob = objects.blob('text');
    const tag = objects.tag(blob, 'blob');
    const { push, inspection } = await over(objects, { incoming: [blob, tag], tips: [tag] });
    expect(inspection.reusesContent).toBe(true);
    expect(push.boundary()).toBeNull();
    const tree = objects.files({ a: 'text' });
    const ofTree = objects.tag(tree, 'tree');
    const seen = await over(objects, { incoming: [blob, tree, ofTree], tips: [ofTree] });
    expect(seen.inspection.reusesContent).toBe(false);
    expect(seen.push.boundary()).toEqual(new Set());
  });

  it.each([
    ['a tag', 'tag', /^The tag [0-9a-f]{40} cannot be read: \S/],
    ['a commit', 'commit', /^Commit [0-9a-f]{40} cannot be read: \S/],
  ] as const)('refuses %s that cannot be read', async (_what, type, message) => {
    const objects = new MemoryObjects();
    const oid = objects.put(type, 'nonsense');
    const refused = over(objects, { incoming: [oid], tips: [oid] });
    await expect(refused).rejects.toThrow(Unacceptable);
    await expect(refused).rejects.toThrow(message);
  });

  it('takes a hundred parents', async () => {
    const objects = new MemoryObjects();
    const tree = objects.files({ a: 'a' });
    const parents = (count: number) =>
      Array.from({ length: count }, (_, at) => objects.commit(tree, { text: String(at) }));
    const merge = (count: number) => objects.commit(tree, { parents: parents(count) });
    const [most, tooMany] = [merge(100), merge(101)];
    const { push } = await over(objects, { incoming: [most], tips: [most] });
    expect(push.bases.size).toBe(100);
    await expect(over(objects, { incoming: [tooMany], tips: [tooMany] })).rejects.toThrow(
      `Commit ${tooMany} has more than 100 parents.`,
    );
  });

  it('takes a tree of as many paths as the rule says', async () => {
    const objects = new MemoryObjects();
    const treeOf = (count: number) =>
      objects.files(Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 'x'])));
    const commits = [5, 6].map((count) => objects.commit(treeOf(count)));
    const [most = '', tooMany = ''] = commits;
    const rules = { max_tree_paths: 5 };
    await expect(over(objects, { incoming: [most], tips: [most], rules })).resolves.toBeDefined();
    await expect(over(objects, { incoming: [tooMany], tips: [tooMany], rules })).rejects.toThrow(
      `Commit ${tooMany.slice(0, 12)} lists 6 files and directories; at most 5 are accepted.`,
    );
    const [tree] = [treeOf(6)];
    await expect(over(objects, { incoming: [tree], tips: [tree], rules })).rejects.toThrow(
      `tree ${tree} lists 6 files`,
    );
  });
});
