import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callApi, startHub, workspace, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
});

/** A work tree with one commit, its origin set to `path`. */
async function workTree(actor: Actor, path: string, files: Record<string, string> = { 'README.md': '# hello\n' }) {
  const cwd = join(workspace('tree'), 'tree');
  mkdirSync(cwd);
  await actor.gitOk(['init', '-q'], { cwd });
  await commit(actor, cwd, files);
  await actor.gitOk(['remote', 'add', 'origin', actor.remote(path)], { cwd });
  return cwd;
}

async function commit(actor: Actor, cwd: string, files: Record<string, string>, message = 'change') {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  await actor.gitOk(['add', '-A'], { cwd });
  await actor.gitOk(['commit', '-q', '-m', message], { cwd });
}

async function head(actor: Actor, cwd: string, revision = 'HEAD') {
  return (await actor.gitOk(['rev-parse', revision], { cwd })).trim();
}

async function cloneOf(actor: Actor, path: string, ...options: string[]) {
  const cwd = workspace('clone');
  await actor.gitOk(['clone', '-q', ...options, actor.remote(path), 'clone'], { cwd });
  return join(cwd, 'clone');
}

it('creates a private repository by the first push, and tells where to see it', async () => {
  const cwd = await workTree(alice, 'alice/fresh');
  const pushed = await alice.git(['push', '-u', 'origin', 'main'], { cwd });
  expect(pushed.code).toBe(0);
  expect(pushed.stderr).toContain(`remote: See it at ${hub.url}/alice/fresh`);
  const { body } = await alice.api<{ private: boolean; empty: boolean }>('GET', '/api/v3/repos/alice/fresh');
  expect(body).toMatchObject({ private: true, empty: false, default_branch: 'main' });
  const clone = await cloneOf(alice, 'alice/fresh');
  expect(await head(alice, clone)).toBe(await head(alice, cwd));
});

it('tells where the page of a new branch is', async () => {
  const cwd = await workTree(alice, 'alice/guided');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const { stderr } = await alice.git(['push', 'origin', 'main:topic/50%'], { cwd });
  const [, address = ''] = /remote: See topic\/50% at (\S+)/.exec(stderr) ?? [];
  expect(address).toBe(`${hub.url}/alice/guided/-/tree/topic/50%25`);
  await alice.api('PATCH', '/api/v3/repos/alice/guided', { visibility: 'public' });
  const page = await fetch(address);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('README.md');
});

it('makes the first branch pushed the default one', async () => {
  const cwd = await workTree(alice, 'alice/trunk-first');
  await alice.gitOk(['push', '-q', 'origin', 'main:trunk'], { cwd });
  const { body } = await alice.api('GET', '/api/v3/repos/alice/trunk-first');
  expect(body).toMatchObject({ default_branch: 'trunk' });
  const clone = await cloneOf(alice, 'alice/trunk-first');
  expect((await alice.gitOk(['branch', '--show-current'], { cwd: clone })).trim()).toBe('trunk');
});

it.each(['0', '1', '2'])('clones, fetches and pushes over protocol version %s', async (version) => {
  const path = `alice/v${version}`;
  const cwd = await workTree(alice, path);
  const protocol = ['-c', `protocol.version=${version}`];
  await alice.gitOk([...protocol, 'push', '-q', 'origin', 'main'], { cwd });
  const clone = await cloneOf(alice, path, ...protocol);
  await commit(alice, cwd, { 'second.txt': 'two\n' });
  await alice.gitOk(['tag', '-a', 'v1', '-m', 'one'], { cwd });
  await alice.gitOk([...protocol, 'push', '-q', '--atomic', 'origin', 'main', 'v1'], { cwd });
  await alice.gitOk([...protocol, 'fetch', '-q', '--tags'], { cwd: clone });
  expect(await head(alice, clone, 'origin/main')).toBe(await head(alice, cwd));
  expect(await head(alice, clone, 'v1')).toBe(await head(alice, cwd, 'v1'));
  await alice.gitOk([...protocol, 'push', '-q', 'origin', ':refs/tags/v1'], { cwd });
  expect(await alice.gitOk([...protocol, 'ls-remote', 'origin'], { cwd })).not.toContain('v1');
});

it('serves shallow and partial clones', async () => {
  const cwd = await workTree(alice, 'alice/deep');
  for (let n = 0; n < 5; n++) await commit(alice, cwd, { 'file.txt': `${n} ${'x'.repeat(5000)}\n` });
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const shallow = await cloneOf(alice, 'alice/deep', '--depth=2');
  expect((await alice.gitOk(['rev-list', '--count', 'HEAD'], { cwd: shallow })).trim()).toBe('2');
  const bare = await cloneOf(alice, 'alice/deep', '--bare', '--filter=blob:none');
  const missing = await alice.gitOk(['rev-list', '--objects', '--all', '--missing=print'], { cwd: bare });
  expect(missing).toMatch(/^\?[0-9a-f]{40}$/m);
  const partial = await cloneOf(alice, 'alice/deep', '--filter=blob:none');
  expect(await alice.gitOk(['show', 'HEAD~3:file.txt'], { cwd: partial })).toContain('xxxx');
});

it('works without .git in the address, and under a former name for those who may read', async () => {
  const cwd = await workTree(alice, 'alice/old-name');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  await alice.gitOk(['ls-remote', `${hub.url}/alice/old-name`], { cwd });
  await alice.api('PATCH', '/api/v3/repos/alice/old-name', { name: 'new-name' });
  const old = '/alice/old-name.git/info/refs?service=git-upload-pack';
  const moved = await alice.api('GET', old);
  expect(moved.status).toBe(301);
  expect(moved.headers.get('location')).toBe(`${hub.url}${old.replace('old-name', 'new-name')}`);
  await alice.gitOk(['ls-remote', 'origin'], { cwd });
  await commit(alice, cwd, { 'more.txt': 'more\n' });
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const stranger = await fetch(`${hub.url}${old}`, {
    redirect: 'manual',
  });
  expect(stranger.status).toBe(401);
});

it('serves an empty repository', async () => {
  await alice.createRepository('empty');
  const clone = await alice.git(['clone', alice.remote('alice/empty')], { cwd: workspace() });
  expect(clone).toMatchObject({ code: 0 });
  expect(clone.stderr).toContain('empty repository');
});

it('lets collaborators do what their role says, and nobody else anything', async () => {
  const cwd = await workTree(alice, 'alice/shared');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const asBob = { cwd: await workTree(bob, 'alice/shared', { 'bob.txt': 'bob\n' }) };
  const refused = await bob.git(['push', 'origin', 'main:bob'], asBob);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain('not found');
  await alice.api('PUT', '/api/v3/repos/alice/shared/collaborators/bob', { permission: 'read' });
  const reader = await bob.git(['push', 'origin', 'main:bob'], asBob);
  expect(reader.stderr).toMatch(/403|role "write"/);
  await alice.api('PUT', '/api/v3/repos/alice/shared/collaborators/bob', { permission: 'write' });
  await bob.gitOk(['push', '-q', 'origin', 'main:bob'], asBob);
  const spy = await mallory.git(['ls-remote', mallory.remote('alice/shared')]);
  expect(spy.code).not.toBe(0);
  expect(spy.stdout).toBe('');
});

it('tells a stranger the same of a private and of an absent repository', async () => {
  const cwd = await workTree(alice, 'alice/secret');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const ask = async (path: string, authorization?: string) => {
    const answer = await fetch(`${hub.url}/${path}.git/info/refs?service=git-upload-pack`, {
      headers: authorization ? { authorization } : {},
    });
    return { status: answer.status, realm: answer.headers.get('www-authenticate'), body: await answer.text() };
  };
  const anonymous = await ask('alice/secret');
  expect(anonymous).toEqual({ status: 401, realm: expect.stringContaining('Basic realm='), body: expect.any(String) });
  expect(await ask('alice/absent')).toEqual(anonymous);
  expect(await ask('nobody/absent')).toEqual(anonymous);
  const known = `Bearer ${mallory.token}`;
  expect(await ask('alice/secret', known)).toMatchObject({ status: 404, body: expect.stringContaining('not found') });
  expect(await ask('alice/absent', known)).toEqual(await ask('alice/secret', known));
});

it('asks again for a wrong token, and accepts a token with any user name', async () => {
  const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`;
  const refs = '/alice/fresh.git/info/refs?service=git-upload-pack';
  const wrong = await callApi(hub, { method: 'GET', path: refs, authorization: basic('alice', 'gry_pat_wrong') });
  expect(wrong.status).toBe(401);
  const right = await callApi(hub, { method: 'GET', path: refs, authorization: basic('x-access-token', alice.token) });
  expect(right.status).toBe(200);
});

it('leaves refs and files alone when a pushed pack is cut off', async () => {
  const cwd = await workTree(alice, 'alice/cut');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const before = await alice.gitOk(['ls-remote', 'origin'], { cwd });
  const old = await head(alice, cwd);
  await commit(alice, cwd, { 'big.txt': 'y'.repeat(200_000) });
  const tip = await head(alice, cwd);
  const pack = await alice.gitOk(['pack-objects', '--stdout', '--revs', '-q'], { cwd, input: `${tip}\n^${old}\n` });
  const line = `${old} ${tip} refs/heads/main\0 report-status`;
  const body = `${(line.length + 4).toString(16).padStart(4, '0')}${line}0000${pack.slice(0, 40)}`;
  const answer = await fetch(`${hub.url}/alice/cut.git/git-receive-pack`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'application/x-git-receive-pack-request' },
  });
  expect(await answer.text()).not.toContain('ok refs/heads/main');
  expect(await alice.gitOk(['ls-remote', 'origin'], { cwd })).toBe(before);
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
});

it.each([
  ['a branch that looks like a commit id', 'refs/heads/' + 'a'.repeat(40), 'commit id'],
  ['refs/replace', 'refs/replace/x', 'refs/replace'],
  ['a branch called HEAD', 'refs/heads/HEAD', 'HEAD'],
  ['a case twin', 'refs/heads/MAIN', 'case'],
])('refuses %s behind remote:, and says why', async (_what, ref, reason) => {
  const cwd = await workTree(alice, 'alice/rules');
  await alice.git(['push', '-q', 'origin', 'main'], { cwd });
  const pushed = await alice.git(['push', '-f', 'origin', `HEAD:${ref}`], { cwd });
  expect(pushed.code).not.toBe(0);
  expect(pushed.stderr).toMatch(new RegExp(`remote:.*${reason}`, 'i'));
});

it('keeps the default branch', async () => {
  const cwd = await workTree(alice, 'alice/keep');
  await alice.gitOk(['push', '-q', 'origin', 'main', 'main:other'], { cwd });
  const deleted = await alice.git(['push', 'origin', ':main'], { cwd });
  expect(deleted.stderr).toContain('default branch');
  await alice.gitOk(['push', '-q', 'origin', ':other'], { cwd });
});

it('lets one of twelve pushers of one ref win and tells the others', async () => {
  const cwd = await workTree(alice, 'alice/race');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const base = await head(alice, cwd);
  const tips: string[] = [];
  for (let n = 0; n < 12; n++) {
    await alice.gitOk(['checkout', '-q', '-B', `p${n}`, base], { cwd });
    await commit(alice, cwd, { 'race.txt': `${n}\n` }, `racer ${n}`);
    tips.push(await head(alice, cwd));
  }
  const results = await Promise.all(
    tips.map((tip) => alice.git(['push', 'origin', `${tip}:refs/heads/main`], { cwd })),
  );
  const winners = tips.filter((_tip, n) => results[n]?.code === 0);
  expect(winners).toHaveLength(1);
  expect(await alice.gitOk(['ls-remote', 'origin', 'refs/heads/main'], { cwd })).toContain(winners[0]);
});

describe('an attacker', () => {
  it.each([
    ['climbs out of the namespace', '/alice/..%2f..%2fetc.git/info/refs?service=git-upload-pack', [404, 400, 401]],
    ['asks for dot dot', '/alice/%2e%2e/info/refs?service=git-upload-pack', [404, 400, 401]],
    ['asks for .git', '/alice/.git/info/refs?service=git-upload-pack', [404, 400, 401]],
    ['sends a NUL byte', '/alice/a%00b.git/info/refs?service=git-upload-pack', [404, 400, 401]],
    ['breaks the encoding', '/alice/%zz/info/refs?service=git-upload-pack', [404, 400, 401]],
    ['names another program', '/alice/fresh.git/info/refs?service=git-evil', [403]],
    ['speaks the dumb protocol', '/alice/fresh.git/info/refs', [403]],
  ])('%s and gets a clear answer', async (_what, path, statuses) => {
    const answer = await fetch(hub.url + path, { headers: { authorization: `Bearer ${mallory.token}` } });
    expect(statuses).toContain(answer.status);
    expect((await answer.text()).length).toBeGreaterThan(0);
  });

  it('cannot switch the check by a query parameter', async () => {
    const answer = await fetch(`${hub.url}/alice/fresh.git/git-receive-pack?service=git-upload-pack`, {
      method: 'POST',
      headers: { authorization: `Bearer ${mallory.token}`, 'content-type': 'application/x-git-receive-pack-request' },
      body: '0000',
    });
    expect(answer.status).toBe(404);
  });

  it('is answered 400 for a wrong content type', async () => {
    const answer = await fetch(`${hub.url}/alice/fresh.git/git-upload-pack`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'text/plain' },
      body: '0000',
    });
    expect(answer.status).toBe(400);
  });

  it('cannot create a repository in the namespace of another', async () => {
    const cwd = await workTree(mallory, 'alice/planted');
    const pushed = await mallory.git(['push', 'origin', 'main'], { cwd });
    expect(pushed.code).not.toBe(0);
    expect((await alice.api('GET', '/api/v3/repos/alice/planted')).status).toBe(404);
  });
});

it('locks nobody out for the empty password that git sends with a name in the address (regression)', async () => {
  await alice.createRepository('by-name');
  const url = new URL(alice.remote('alice/by-name'));
  url.username = 'alice';
  const helper = `!f() { echo username=alice; echo password=${alice.password}; }; f`;
  const ask = () => alice.git(['-c', 'credential.helper=', '-c', `credential.helper=${helper}`, 'ls-remote', url.href]);
  // More than anybody may fail from one address within a minute.
  for (let n = 0; n < 25; n++) expect(await ask()).toMatchObject({ code: 0, stderr: '' });
  const alone = `Basic ${Buffer.from('alice:').toString('base64')}`;
  const answer = await callApi(hub, { method: 'GET', path: '/api/v3/user', authorization: alone });
  expect(answer.status).toBe(401);
  const asName = `Basic ${Buffer.from(`${alice.token}:`).toString('base64')}`;
  expect((await callApi(hub, { method: 'GET', path: '/api/v3/user', authorization: asName })).status).toBe(200);
});
