import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { listObjects, openPrivateCatFile } from '@granary/git-process';
import { readSmallPush, SmallPush } from './small-push';
import { Scratch } from './testing/scratch';

let scratch: Scratch;
beforeAll(async () => (scratch = await Scratch.open()));
afterAll(() => scratch.close());

const commit = (tree: string, ...parents: string[]) =>
  scratch.git(['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent]), '-m', 'a commit']);

/** A directory as receive-pack has it while it asks its hooks: one pack of `oids`. */
async function quarantineOf(...oids: string[]): Promise<string> {
  const directory = await mkdtemp(join(dirname(scratch.path), 'quarantine-'));
  await mkdir(join(directory, 'pack'));
  scratch.git(['pack-objects', '-q', join(directory, 'pack', 'pack')], oids.map((oid) => `${oid}\n`).join(''));
  return directory;
}

it('reads the very objects that git lists', async () => {
  const tree = scratch.treeOf({ 'a/b': 'b', c: 'c' });
  const tip = commit(tree);
  const all = scratch.git(['rev-list', '--objects', '--no-object-names', tip]).split('\n');
  const objectDirectory = await quarantineOf(...all);
  const listed: unknown[] = [];
  for await (const batch of listObjects(scratch.home, { repositoryPath: scratch.path, objectDirectory }))
    listed.push(...batch);
  const objects = (await readSmallPush(objectDirectory)) ?? [];
  expect(new SmallPush(objects, nothing).infos()).toEqual(listed);
  expect(objects.find(({ oid }) => oid === tree)?.type).toBe('tree');
});

const nothing = { info: () => Promise.resolve(null), contents: () => Promise.resolve(null) };

it('leaves to git what is large, packed or not, and what lies there loose', async () => {
  expect(await readSmallPush(await quarantineOf(scratch.blob(randomBytes(300 * 1024))))).toBeNull();
  expect(await readSmallPush(await quarantineOf(scratch.blob(Buffer.alloc(3 * 1024 * 1024))))).toBeNull();
  const loose = await quarantineOf(scratch.blob('a'));
  await mkdir(join(loose, 'ab'));
  expect(await readSmallPush(loose)).toBeNull();
});

it('knows the root of what it brings, and asks the repository for the rest', async () => {
  const tree = scratch.treeOf({ a: 'one' });
  const old = commit(tree);
  const body = (object: string, type: string) => `object ${object}\ntype ${type}\ntag t\ntagger A <a@b> 1 +0000\n\nt\n`;
  const ofOld = scratch.git(['hash-object', '-w', '-t', 'tag', '--stdin'], body(old, 'commit'));
  const ofTag = scratch.git(['hash-object', '-w', '-t', 'tag', '--stdin'], body(ofOld, 'tag'));
  const fresh = scratch.treeOf({ a: 'two' });
  const [blob = ''] = scratch.git(['ls-tree', '--object-only', fresh]).split('\n');
  const tip = commit(fresh, old);
  const objects = (await readSmallPush(await quarantineOf(ofOld, ofTag, fresh, tip, blob))) ?? [];
  const { catFile, close } = openPrivateCatFile(scratch.home, { repositoryPath: scratch.path });
  try {
    const push = new SmallPush(objects, catFile);
    const root = async (name: string) => (await push.info(`${name}^{tree}`))?.oid ?? null;
    expect(await root(tip)).toBe(fresh);
    expect(await root(fresh)).toBe(fresh);
    expect(await root(ofTag)).toBe(tree);
    expect(await root(old)).toBe(tree);
    expect(await root(blob)).toBeNull();
    expect(await root('refs/heads/none')).toBeNull();
    expect((await push.contents(blob, { maxBytes: 10 }))?.data.toString()).toBe('two');
    expect((await push.contents(old, { maxBytes: 1000 }))?.type).toBe('commit');
  } finally {
    await close();
  }
});

it('leaves to git what is no single pack: none, two, one of another name, what lies beside it', async () => {
  const empty = await quarantineOf();
  await rm(join(empty, 'pack'), { recursive: true });
  await mkdir(join(empty, 'pack'));
  expect(await readSmallPush(empty)).toBeNull();
  const two = await quarantineOf(scratch.blob('one'));
  scratch.git(['pack-objects', '-q', join(two, 'pack', 'pack')], `${scratch.blob('two')}\n`);
  expect(await readSmallPush(two)).toBeNull();
  const renamed = async (change: (id: string) => string) => {
    const directory = await quarantineOf(scratch.blob('three'));
    for (const file of await readdir(join(directory, 'pack'))) {
      await rename(join(directory, 'pack', file), join(directory, 'pack', change(file)));
    }
    return readSmallPush(directory);
  };
  expect(await renamed((file) => file)).toHaveLength(1);
  expect(await renamed((file) => `tmp-${file}`)).toBeNull();
  expect(await renamed((file) => file.replace('pack-', 'pack-zz'))).toBeNull();
  const accompanied = await quarantineOf(scratch.blob('four'));
  await mkdir(join(accompanied, 'info'));
  expect(await readSmallPush(accompanied)).toHaveLength(1);
});

it('leaves a pack that it cannot read to git, and tells when the disk fails', async () => {
  const broken = await quarantineOf(scratch.blob('a'));
  const [pack = ''] = (await readdir(join(broken, 'pack'))).filter((file) => file.endsWith('.pack'));
  await chmod(join(broken, 'pack', pack), 0o600);
  await writeFile(join(broken, 'pack', pack), 'no pack at all');
  expect(await readSmallPush(broken)).toBeNull();
  await rm(join(broken, 'pack', pack.replace(/pack$/, 'idx')));
  await expect(readSmallPush(broken)).rejects.toThrow('ENOENT');
});

it('knows no root of what cannot be read', async () => {
  const object = (type: 'commit' | 'tag', oid: string) => ({ oid, type, data: Buffer.from('nonsense') });
  const asked: string[] = [];
  const repository = { ...nothing, info: (name: string) => (asked.push(name), Promise.resolve(null)) };
  const push = new SmallPush([object('commit', 'aa'), object('tag', 'bb')], repository);
  expect(await push.info('aa^{tree}')).toBeNull();
  expect(await push.info('bb^{tree}')).toBeNull();
  expect(asked).toEqual([]);
  expect(await push.info('cc^{tree}')).toBeNull();
  expect(await push.info('cc')).toBeNull();
  expect(asked).toEqual(['cc^{tree}', 'cc']);
});
