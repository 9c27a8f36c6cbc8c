import type { AuditEntry, LfsRules, PushRules } from '@granary/api-contract';
import { run, startHub, WorkTree, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;
let serial = 0;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob, mallory] = (await Promise.all(['alice', 'bob', 'mallory'].map((name) => hub.actor(name)))) as [
    Actor,
    Actor,
    Actor,
  ];
});

const LINE = 'filter=lfs diff=lfs merge=lfs -text\n';
const rules = (path: string) => `/api/v3/repos/${path}/lfs/rules`;
const get = async (path: string) => (await alice.api<LfsRules>('GET', rules(path))).body;
const put = (path: string, body: unknown) => alice.api<LfsRules>('PUT', rules(path), body);

async function repository(name: string, files: Record<string, string>) {
  const path = `alice/${name}`;
  const tree = await WorkTree.create(alice, path, { files });
  await tree.ok('push', '-q', 'origin', 'main');
  await tree.ok('lfs', 'install', '--local');
  return { path, tree };
}

/** Runs shell lines as somebody would who pasted them. */
async function paste(tree: WorkTree, lines: readonly string[]): Promise<void> {
  const { code, stderr } = await run('sh', ['-ec', lines.join('\n')], { cwd: tree.cwd, env: alice.env });
  expect([code, stderr.includes('fatal')]).toEqual([0, false]);
}

it('is the LFS part of the push rules, and nothing beside them', async () => {
  const { path } = await repository('one-truth', { 'a.txt': 'a\n' });
  expect(await get(path)).toMatchObject({
    lfs_required_size_bytes: null,
    lfs_required_patterns: [],
    suggested_gitattributes: '',
    commands: [],
    complete: true,
  });
  await alice.api('PATCH', `/api/v3/repos/${path}/push-rules`, { lfs_required_size_bytes: 4096, max_tree_paths: 50 });
  expect(await get(path)).toMatchObject({ lfs_required_size_bytes: 4096, large_from_bytes: 4096 });
  const set = await put(path, { lfs_required_patterns: ['*.psd'] });
  expect(set).toMatchObject({
    status: 200,
    body: { own: { lfs_required_size_bytes: null, lfs_required_patterns: ['*.psd'] } },
  });
  expect(set.body.suggested_gitattributes).toBe(`*.psd ${LINE}`);
  const { body } = await alice.api<PushRules>('GET', `/api/v3/repos/${path}/push-rules`);
  expect(body.own).toMatchObject({ lfs_required_patterns: ['*.psd'], max_tree_paths: 50 });
  const audit = await alice.api<AuditEntry[]>('GET', `/api/v3/repos/${path}/audit?action=push_rules`);
  expect(audit.body[0]?.details).toEqual({
    lfs_required_size_bytes: { from: 4096, to: null },
    lfs_required_patterns: { from: null, to: ['*.psd'] },
  });
});

it('suggests what makes a refused push pass, and pasting it does', async () => {
  const large = 'x'.repeat(3000);
  const { path, tree } = await repository('mended', {
    'old/one.bin': large,
    'old/two.bin': large,
    'what a name': large,
  });
  await put(path, { lfs_required_size_bytes: 2000, lfs_required_patterns: ['my art/**/*.psd', 'media/'] });
  await tree.commit({ 'my art/x/a b.psd': 'small\n', 'media/c.png': 'small\n', 'new.bin': large });
  expect((await tree.push('main')).code).not.toBe(0);

  const advice = await get(path);
  expect(advice.suggested_gitattributes).toBe(`my[[:space:]]art/**/*.psd ${LINE}media/** ${LINE}*.bin ${LINE}`);
  expect(advice.large_files).toEqual([
    { pattern: '*.bin', file_count: 2, size_bytes: 6000, example: 'old/one.bin', tracked: false },
  ]);
  // Not yet pushed, so the last commit may be written anew.
  await tree.ok('reset', '-q', '--soft', 'HEAD~1');
  await paste(tree, advice.commands);
  const attributes = await tree.ok('show', 'HEAD:.gitattributes');
  expect(`${attributes}\n`).toBe(advice.suggested_gitattributes);
  for (const file of ['my art/x/a b.psd', 'media/c.png', 'new.bin', 'old/one.bin']) {
    expect(await tree.ok('show', `HEAD:${file}`)).toContain('version https://git-lfs.github.com/spec/v1');
  }
  expect(await tree.push('main')).toMatchObject({ code: 0 });
  expect(await get(path)).toMatchObject({ suggested_gitattributes: '', large_files: [], commands: [] });
});

it('suggests git lfs track where it says the same', async () => {
  const { path, tree } = await repository('tracked', { 'a.bin': 'x'.repeat(2_000_000) });
  const { commands, suggested_gitattributes: suggested, rewrite_command: rewrite } = await get(path);
  expect(commands[0]).toBe("git lfs track '*.bin'");
  expect(rewrite).toBe("git lfs migrate import --everything --include='*.bin'");
  await paste(tree, commands);
  expect(`${await tree.ok('show', 'HEAD:.gitattributes')}\n`).toBe(suggested);
  await tree.ok('push', '-q', 'origin', 'main');
  expect((await get(path)).large_files).toEqual([]);
});

it('can be had for everything, and leaves alone what git reads itself', async () => {
  const { path, tree } = await repository('everything', { 'a.txt': 'a\n' });
  await put(path, { lfs_required_patterns: ['**'] });
  const { commands, suggested_gitattributes: suggested } = await get(path);
  expect(suggested).toContain('.gitattributes !filter !diff !merge !text\n');
  tree.write({ 'b.txt': 'b\n', 'sub/.gitignore': 'x\n' });
  await tree.ok('add', '-A');
  await paste(tree, commands);
  expect(await tree.push('main')).toMatchObject({ code: 0 });
  expect(await tree.ok('show', 'HEAD:sub/.gitignore')).toBe('x');
  expect(await tree.ok('show', 'HEAD:b.txt')).toContain('git-lfs');
});

it.each([
  ['!*.psd', 'takes nothing back'],
  ['art\\*.psd', 'separated by \\"/\\"'],
  ['a//b', 'is empty'],
  ['../x', 'can match no path'],
  ['.git/x', 'can match no path'],
  ['a\nb', 'control character'],
])('refuses the pattern %j, on either way, and keeps the rules', async (pattern, reason) => {
  const path = await alice.createRepository(`pattern-${serial++}`);
  const ok = await put(path, { lfs_required_patterns: ['*.ok'] });
  expect(ok.status).toBe(200);
  for (const [method, where] of [
    ['PUT', rules(path)],
    ['PATCH', `/api/v3/repos/${path}/push-rules`],
  ] as const) {
    const answer = await alice.api(method, where, { lfs_required_patterns: ['*.fine', pattern] });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain(reason);
  }
  expect(await get(path)).toMatchObject({ lfs_required_patterns: ['*.ok'], large_files: [] });
});

it('is read by writers and changed by admins', async () => {
  const { path } = await repository('roles', { 'a.txt': 'a\n' });
  await alice.api('PUT', `/api/v3/repos/${path}/collaborators/bob`, { permission: 'maintain' });
  expect((await bob.api('GET', rules(path))).status).toBe(200);
  expect((await bob.api('PUT', rules(path), { lfs_required_size_bytes: 5000 })).status).toBe(403);
  expect((await mallory.api('GET', rules(path))).status).toBe(404);
  expect((await mallory.api('PUT', rules(path), {})).status).toBe(404);
  await alice.api('PATCH', `/api/v3/repos/${path}`, { private: false });
  expect((await mallory.api('GET', rules(path))).status).toBe(403);
  for (const body of [{ lfs_required_size_bytes: 5 }, { lfs_required_patterns: '*' }, { max_tree_paths: 1 }]) {
    expect((await put(path, body)).status).toBe(422);
  }
});
