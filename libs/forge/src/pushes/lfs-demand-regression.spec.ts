import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { bytesOfPath } from '@granary/wire';
import type { UserActor } from '../identity';
import { LfsMissingService } from '../lfs';
import { PushRulesService } from '../protection';
import { RepositoriesService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { PushJudge } from './push-judge.service';
import { RefMovesService } from './ref-moves.service';

const ZERO = '0'.repeat(40);
const LOST = 'c'.repeat(64);
const MARKED = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
const pointer = (oid = LOST, sizeBytes = 5) =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${sizeBytes}\n`;

let forge: ForgeFixture;
let alice: UserActor;
let repository: Repository;
let path: string;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
}, 60_000);
afterAll(() => forge.close());
beforeEach(async () => {
  const repositories = forge.get(RepositoriesService);
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
  path = repositories.storage.pathOf(repository.id);
});

/** Where the objects of a push lie before it is judged, as git's quarantine does. */
const incoming = () => join(path, 'incoming');

function write(type: 'blob' | 'tree' | 'commit', content: Buffer | string): string {
  const bytes = Buffer.concat([Buffer.from(`${type} ${Buffer.byteLength(content)}\0`), Buffer.from(content)]);
  const oid = createHash('sha1').update(bytes).digest('hex');
  for (const directory of ['pack', oid.slice(0, 2)]) mkdirSync(join(incoming(), directory), { recursive: true });
  writeFileSync(join(incoming(), oid.slice(0, 2), oid.slice(2)), deflateSync(bytes));
  return oid;
}

function treeOf(files: Record<string, string>): string {
  const entries = new Map<string, { mode: string; oid: string }>();
  for (const [name, content] of Object.entries(files)) {
    const [first = '', ...rest] = name.split('/');
    if (rest.length === 0) entries.set(name, { mode: '100644', oid: write('blob', content) });
    else if (!entries.has(first)) entries.set(first, { mode: '40000', oid: treeOf(within(files, `${first}/`)) });
  }
  const sorted = [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
  const lines = sorted.map(([name, { mode, oid }]) => [
    ...[Buffer.from(`${mode} `), bytesOfPath(name), Buffer.of(0), Buffer.from(oid, 'hex')],
  ]);
  return write('tree', Buffer.concat(lines.flat()));
}

const within = (files: Record<string, string>, prefix: string) =>
  Object.fromEntries(
    Object.entries(files).flatMap(([name, content]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), content]] : [],
    ),
  );

function commit(files: Record<string, string>, ...parents: string[]): string {
  const who = 'a <a@x> 1700000000 +0000';
  const lines = [`tree ${treeOf(files)}`, ...parents.map((parent) => `parent ${parent}`)];
  return write('commit', [...lines, `author ${who}`, `committer ${who}`, '', 'c\n'].join('\n'));
}

const opened = () => ({ actor: alice, opened: { repository, role: 'admin' as const } });

const quarantine = () => ({ objectDirectory: incoming(), alternates: join(path, 'objects') });

/** Which paths the push is told to be missing. */
async function missing(...commits: string[]): Promise<string[]> {
  const commands = commits.map((newOid, at) => ({ ref: `refs/heads/b${at}`, oldOid: ZERO, newOid }));
  const judgement = await forge.get(PushJudge).judge({ ...opened(), commands, quarantine: quarantine() });
  // The next push is another one: all that lies there is judged, whether or not a ref reaches it.
  rmSync(incoming(), { recursive: true });
  expect(judgement.refusals.length > 0).toBe(judgement.missing.length > 0);
  return judgement.missing.map(({ uses }) => uses[0]?.path ?? '');
}

it('demands what .gitattributes mark, as git reads them, and takes other pointers for text', async () => {
  expect(await missing(commit({ '.gitattributes': MARKED, 'a.bin': pointer() }))).toEqual(['a.bin']);
  expect(await missing(commit({ 'a.bin': pointer() }))).toEqual([]);
  expect(await missing(commit({ '.gitattributes': MARKED, 'test/fixture.txt': pointer() }))).toEqual([]);
  const exception = { '.gitattributes': MARKED, 'test/.gitattributes': '*.bin -filter\n', 'test/a.bin': pointer() };
  expect(await missing(commit(exception))).toEqual([]);
  const macro = { '.gitattributes': '[attr]big filter=lfs\n/deep/** big\n', 'deep/er/ü.bin': pointer() };
  expect(await missing(commit(macro))).toEqual(['deep/er/ü.bin']);
  const below = {
    'art/.gitattributes': '*.psd filter=lfs\n',
    'art/a.psd': pointer(),
    'b.psd': pointer('d'.repeat(64)),
  };
  expect(await missing(commit(below))).toEqual(['art/a.psd']);
  const bytes = { '"d\\351"/.gitattributes': '*.psd filter=lfs\n', '"d\\351"/a.psd': pointer() };
  expect(await missing(commit(bytes))).toEqual(['"d\\351"/a.psd']);
  const quoted = { '.gitattributes': '*.bin text\n# filter=lfs\n', 'a.bin': pointer() };
  expect(await missing(commit(quoted))).toEqual([]);
});

it('asks at each commit: a text of one may be an object of another', async () => {
  const text = () => commit({ 'a.bin': pointer() });
  const marked = () => commit({ '.gitattributes': MARKED, 'b.bin': pointer() }, text());
  expect(await missing(text())).toEqual([]);
  expect(await missing(marked())).toEqual(['b.bin']);
  // What the last commit does not mark any more was marked before it.
  expect(await missing(commit({ 'b.bin': pointer() }, marked()))).toEqual(['b.bin']);
});

it('needs no object for a pointer of size 0', async () => {
  expect(await missing(commit({ '.gitattributes': MARKED, 'a.bin': pointer(LOST, 0) }))).toEqual([]);
});

it('demands nothing that .lfsconfig names as lying on another server', async () => {
  const baseUrl = 'http://hub.example';
  const files = { '.gitattributes': MARKED, 'a.bin': pointer() };
  const withConfig = (config: string) => commit({ ...files, '.lfsconfig': config });
  const own = `${baseUrl}/alice/${repository.name}`;
  for (const url of ['https://lfs.example/store', 'ssh://git@lfs.example/a/b', 'file:///mnt/lfs', `${baseUrl}/bob/x`]) {
    expect(await missing(withConfig(`[lfs]\n\turl = ${url}\n`))).toEqual([]);
  }
  expect(await missing(withConfig('[remote "origin"]\n\tlfsurl = https://lfs.example/store\n'))).toEqual([]);
  for (const url of [`${own}.git/info/lfs`, `${own}/info/lfs/`, own]) {
    expect(await missing(withConfig(`[lfs]\n\turl = ${url}\n`))).toEqual(['a.bin']);
  }
  for (const config of ['[lfs]\n\tlocksverify = false\n', 'not a config [', '']) {
    expect(await missing(withConfig(config))).toEqual(['a.bin']);
  }
  // git-lfs goes by the .lfsconfig that is checked out, for all the history that it sends.
  const old = commit(files);
  const tip = commit({ ...files, '.lfsconfig': '[lfs]\n\turl = https://lfs.example/store\n' }, old);
  expect(await missing(tip)).toEqual([]);
});

it('frees by a .lfsconfig what its own branch holds, and nothing of a branch beside it', async () => {
  const other = { '.lfsconfig': '[lfs]\n\turl = https://lfs.example/store\n' };
  const [mine, junk] = [pointer('d'.repeat(64)), pointer('e'.repeat(64))];
  const main = () => commit({ '.gitattributes': MARKED, 'main.bin': mine });
  const beside = (...parents: string[]) => commit({ ...other, '.gitattributes': MARKED, 'junk.bin': junk }, ...parents);
  expect(await missing(main(), beside())).toEqual(['main.bin']);
  expect(await missing(beside(), main())).toEqual(['main.bin']);
  // What both reach is looked for here by whoever checks the one out.
  const shared = () => commit({ '.gitattributes': MARKED, 'shared.bin': pointer() });
  const ahead = () => commit({ '.gitattributes': MARKED, 'shared.bin': pointer(), 'main.bin': mine }, shared());
  expect((await missing(ahead(), beside(shared()))).sort()).toEqual(['main.bin', 'shared.bin']);
  // What only the other branch reaches is not, be it older than the .lfsconfig.
  const old = () => commit({ '.gitattributes': MARKED, 'old.bin': pointer() });
  expect(await missing(commit({ 'a.txt': 'x' }), beside(old()))).toEqual([]);
  expect(await missing(main(), beside(old()))).toEqual(['main.bin']);
  // A tag of a tree names no commit.
  const tree = () => treeOf({ '.gitattributes': MARKED, 'tree.bin': pointer() });
  expect(await missing(beside(), beside())).toEqual([]);
  expect(await missing(tree(), beside())).toEqual(['tree.bin']);
});

it('lets in what is lost where the repository says so, and remembers it until it comes', async () => {
  const newOid = commit({ '.gitattributes': MARKED, 'lost.bin': pointer() });
  cpSync(incoming(), join(path, 'objects'), { recursive: true });
  const commands = [{ ref: 'refs/heads/main', oldOid: ZERO, newOid }];
  const move = () => forge.get(RefMovesService).move({ ...opened(), commands });
  await expect(move()).rejects.toMatchObject({
    code: 'push_refused',
    message: expect.stringMatching(/lost\.bin \(cccccccccccc\)\n.*\n.*allow incomplete history/),
  });
  await forge.get(PushRulesService).update(repository.id, { allow_incomplete_lfs: true });
  await move();
  const name = `alice/${repository.name}`;
  const known = async () => (await forge.get(LfsMissingService).list()).find((found) => found.name === name);
  expect(await known()).toEqual({
    id: repository.id,
    name,
    count: 1,
    objects: [{ oid: LOST, sizeBytes: 5, path: 'lost.bin' }],
  });
  const object = [LOST, 5, 0, 'lfs/c'];
  await forge.database.query(
    'INSERT INTO lfs_objects (oid, size_bytes, crc32, storage_key) VALUES ($1, $2, $3, $4)',
    object,
  );
  await forge.database.query('INSERT INTO lfs_links (repository_id, oid) VALUES ($1, $2)', [repository.id, LOST]);
  expect(await known()).toBeUndefined();
});

it('does not ask again for what the repository holds already when another branch is moved to it', async () => {
  const files = { '.gitattributes': MARKED, 'a.bin': pointer() };
  const old = commit(files);
  const tip = commit({ ...files, '.lfsconfig': '[lfs]\n\turl = https://lfs.example/store\n' }, old);
  cpSync(incoming(), join(path, 'objects'), { recursive: true });
  const move = (ref: string, newOid: string) =>
    forge.get(RefMovesService).move({ ...opened(), commands: [{ ref, oldOid: ZERO, newOid }] });
  await expect(move('refs/heads/old', old)).rejects.toMatchObject({ code: 'push_refused' });
  await move('refs/heads/main', tip);
  await move('refs/heads/old', old);
});
