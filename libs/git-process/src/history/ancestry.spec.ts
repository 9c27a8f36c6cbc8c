import { RepositoryBuilder } from '../testing/repository-builder';
import { countApart, hasMerge, isAncestor, listParents, mergeBase, rootTreesBeyondRefs } from './ancestry';

let repository: RepositoryBuilder;
let root: string;
let main: string;
let topic: string;
beforeAll(async () => {
  repository = await RepositoryBuilder.create();
  root = await repository.commit({ files: { a: '1' } });
  main = await repository.commit({ files: { a: '2' } });
  topic = await repository.commit({ files: { b: '1' }, ref: 'refs/heads/topic', parents: [root] });
});
afterAll(() => repository.remove());

const GONE = 'b'.repeat(40);

it('tells an ancestor from a stranger, and from what git cannot compare', async () => {
  expect(await isAncestor(repository, { ancestor: root, descendant: main })).toBe(true);
  expect(await isAncestor(repository, { ancestor: main, descendant: main })).toBe(true);
  expect(await isAncestor(repository, { ancestor: main, descendant: root })).toBe(false);
  expect(await isAncestor(repository, { ancestor: topic, descendant: main })).toBe(false);
  expect(await isAncestor(repository, { ancestor: GONE, descendant: main })).toBeNull();
  const blob = await repository.git(['rev-parse', `${main}:a`]);
  expect(await isAncestor(repository, { ancestor: blob, descendant: main })).toBeNull();
  await expect(isAncestor(repository, { ancestor: '--all', descendant: main })).rejects.toThrow('not found');
});

it('finds where two histories part, and counts how far', async () => {
  expect(await mergeBase(repository, main, topic)).toBe(root);
  expect(await countApart(repository, { base: main, head: topic })).toEqual({ aheadBy: 1, behindBy: 1 });
  const other = await repository.commit({ files: { c: '1' }, ref: 'refs/heads/other', parents: [] });
  expect(await mergeBase(repository, main, other)).toBeNull();
});

it('sees a merge among what is new alone', async () => {
  const merge = await repository.commit({ ref: 'refs/heads/merged', parents: [main, topic] });
  const last = await repository.commit({ ref: 'refs/heads/merged', files: { d: '1' } });
  expect(await hasMerge(repository, { tip: last, except: main })).toBe(true);
  expect(await hasMerge(repository, { tip: last, except: merge })).toBe(false);
  expect(await hasMerge(repository, { tip: last, except: null })).toBe(false);
  await repository.git(['update-ref', '-d', 'refs/heads/merged']);
  expect(await hasMerge(repository, { tip: last, except: null })).toBe(true);
});

it('lists commits with their parents, and passes over what is no commit of the repository', async () => {
  const listed: [string, string[]][] = [];
  const range = { tips: [main, GONE], except: [topic, GONE], limit: 10 };
  for await (const { oid, parents } of listParents(repository, range)) listed.push([oid, parents]);
  expect(listed).toEqual([[main, [root]]]);
});

it('gives the root trees that no ref reaches', async () => {
  const lost = await repository.commit({ files: { e: '1' }, ref: 'refs/heads/lost', parents: [main] });
  const tree = await repository.git(['rev-parse', `${lost}^{tree}`]);
  const treesOf = async () => {
    const trees: string[] = [];
    for await (const found of rootTreesBeyondRefs(repository, [lost])) trees.push(found);
    return trees;
  };
  expect(await treesOf()).toEqual([]);
  await repository.git(['update-ref', '-d', 'refs/heads/lost']);
  expect(await treesOf()).toEqual([tree]);
});
