import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { prepareGitHome, type GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';
import { initRepository, type ObjectFormat } from '../repository/repository';
import { newObject, type NewObject } from './new-object';
import { quarantineObjects } from './new-objects';
import { editTree, type PathChange } from './tree-edit';

let root: string;
let home: GitHome;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'granary-tree-edit-'));
  home = await prepareGitHome(join(root, 'home'));
  for (const format of ['sha1', 'sha256'] as const) {
    await initRepository(home, pathOf(format), { objectFormat: format, defaultBranch: 'main' });
  }
});
afterAll(() => rm(root, { recursive: true, force: true }));

const pathOf = (format: ObjectFormat) => join(root, format);

async function bringIn(format: ObjectFormat, objects: NewObject[]): Promise<void> {
  const once = [...new Map(objects.map((object) => [object.oid, object])).values()];
  const written = await quarantineObjects(home, { repositoryPath: pathOf(format), format, objects: once });
  await written.migrate();
  await written.discard();
}

const sourceOf = (format: ObjectFormat) => ({
  format,
  read: async (oid: string) => {
    const { stdout } = await runGit(home, { repositoryPath: pathOf(format), args: ['cat-file', 'tree', oid] });
    return stdout;
  },
});

/** The tree that git itself makes of these files. */
async function treeByGit(format: ObjectFormat, files: Map<string, string>): Promise<string> {
  const run = { repositoryPath: pathOf(format), env: { GIT_INDEX_FILE: join(root, `index-${Math.random()}`) } };
  const stdin = [...files].map(([path, oid]) => `100644 ${oid} 0\t${path}\0`).join('');
  await runGit(home, { ...run, args: ['update-index', '-z', '--add', '--index-info'], stdin });
  return (await runGit(home, { ...run, args: ['write-tree'] })).stdout.toString().trim();
}

const name = fc.constantFrom('a', 'b', 'a.b', 'a-', 'a0', 'ö', 'A');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));

describe.each(['sha1', 'sha256'] as const)('with %s', (format) => {
  it('makes the trees that git makes of the same files, whatever is added, replaced and taken away', async () => {
    const blobs = ['one', 'two', 'three'].map((text) => newObject(format, 'blob', Buffer.from(text)));
    const step = fc.array(fc.tuple(path, fc.option(fc.constantFrom(...blobs.map(({ oid }) => oid)))), { maxLength: 5 });
    await bringIn(format, blobs);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 3 }), async (steps) => {
        const files = new Map<string, string>();
        let rootOid: string | null = null;
        for (const edits of steps) {
          const changes = possible(files, edits);
          const edited = await editTree(sourceOf(format), rootOid, changes);
          await bringIn(format, edited.trees);
          rootOid = edited.rootOid;
          for (const { path: at, blob } of changes) {
            if (blob) files.set(at, blob.oid);
            else files.delete(at);
          }
        }
        expect(rootOid).toBe(await treeByGit(format, files));
      }),
      { numRuns: 15 },
    );
  });
});

/** Those of `edits` that do not stand in each other's way, nor in the way of `files`. */
function possible(files: ReadonlyMap<string, string>, edits: [string, string | null][]): PathChange[] {
  const taken = new Map<string, PathChange>();
  for (const [at, oid] of edits) {
    const others = [...files.keys(), ...taken.keys()];
    if (taken.has(at) || others.some((other) => other.startsWith(`${at}/`) || at.startsWith(`${other}/`))) continue;
    if (oid === null && !files.has(at)) continue;
    taken.set(at, { path: at, blob: oid === null ? null : { oid } });
  }
  return [...taken.values()];
}

describe('refuses', () => {
  const blob = newObject('sha1', 'blob', Buffer.from('x'));
  const target = newObject('sha1', 'blob', Buffer.from('../../etc'));
  let rootOid: string;
  beforeAll(async () => {
    const entry = (mode: string, at: string, oid: string) =>
      Buffer.concat([Buffer.from(`${mode} ${at}\0`), Buffer.from(oid, 'hex')]);
    const below = newObject('sha1', 'tree', entry('100644', 'file', blob.oid));
    const entries = [
      entry('40000', 'dir', below.oid),
      entry('100755', 'file', blob.oid),
      entry('120000', 'link', target.oid),
      entry('160000', 'module', 'ab'.repeat(20)),
    ];
    const tree = newObject('sha1', 'tree', Buffer.concat(entries));
    await bringIn('sha1', [blob, target, below, tree]);
    rootOid = tree.oid;
  });
  const edit = (...changes: PathChange[]) => editTree(sourceOf('sha1'), rootOid, changes);
  const write = (at: string): PathChange => ({ path: at, blob: { oid: blob.oid } });

  it.each([
    ['to follow a symbolic link', [write('link/x')], 'invalid'],
    ['to replace a symbolic link', [write('link')], 'invalid'],
    ['a file in a submodule', [write('module/x')], 'invalid'],
    ['to replace a submodule', [write('module')], 'invalid'],
    ['a file below a file', [write('file/x')], 'invalid'],
    ['a file in place of a directory', [write('dir')], 'invalid'],
    ['to delete a directory', [{ path: 'dir', blob: null }], 'invalid'],
    ['to delete what is not there', [{ path: 'dir/none', blob: null }], 'not_found'],
    ['one path twice', [write('x'), write('x')], 'invalid'],
    ['a path below another new file', [write('x'), write('x/y')], 'invalid'],
    ['a file that has changed', [{ ...write('file'), expectedOid: target.oid }], 'conflict'],
    ['a new file where one is', [{ ...write('file'), expectedOid: null }], 'conflict'],
    ['a file that is gone', [{ ...write('gone'), expectedOid: blob.oid }], 'conflict'],
  ])('%s', async (_what, changes, code) => {
    await expect(edit(...changes)).rejects.toMatchObject({ code });
  });

  it('keeps the mode of a file that it replaces', async () => {
    const { trees } = await edit({ path: 'file', blob: { oid: target.oid }, expectedOid: blob.oid });
    const text = String(await trees[0]?.open());
    expect(text).toContain('100755 file\0');
  });
});
