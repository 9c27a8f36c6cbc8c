import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEntry } from '@granary/api-contract';
import { basic, callApi, eventually, processTree, run, startHub, workspace, type Actor, type Hub } from '../support';
import { ROOT } from '../support/hub-process';

const PROGRAM = join(ROOT, 'dist/apps/admin-cli/src/main.js');

let hub: Hub;
let alice: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
});

/** Runs the admin CLI on the hub's data, as its operator. */
function granary(args: string[], given: { input?: string; env?: NodeJS.ProcessEnv } = {}) {
  const env = { PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir, ...given.env };
  return run(process.execPath, [PROGRAM, ...args], { env, input: given.input ?? '' });
}

async function json<T>(args: string[], input?: string): Promise<T> {
  const { code, stdout, stderr } = await granary([...args, '--json'], { input });
  if (code !== 0) throw new Error(`${args.join(' ')}: status ${code}\n${stdout}${stderr}`);
  return JSON.parse(stdout) as T;
}

async function whoIs(authorization: string) {
  return callApi<{ login: string; site_admin: boolean }>(hub, { method: 'GET', path: '/api/v3/user', authorization });
}

describe('accounts', () => {
  it('are created with a made-up password that works', async () => {
    const { code, stdout } = await granary(['user', 'create', 'bob']);
    expect(code).toBe(0);
    const [, password = ''] = /^Password: (\S{20,})$/m.exec(stdout) ?? [];
    expect((await whoIs(basic('bob', password))).body).toMatchObject({ login: 'bob', site_admin: false });
  });

  it('are created with a given password, which is not printed', async () => {
    const password = 'given on standard input';
    const { code, stdout } = await granary(
      ['user', 'create', 'carol', '--admin', '--email', 'carol@example.com', '--password-stdin'],
      { input: `${password}\n` },
    );
    expect(code).toBe(0);
    expect(stdout).not.toContain(password);
    expect((await whoIs(basic('carol', password))).body).toMatchObject({ login: 'carol', site_admin: true });
    const users = await json<{ login: string; email: string | null; site_admin: boolean }[]>(['user', 'list']);
    expect(users).toContainEqual(
      expect.objectContaining({ login: 'carol', email: 'carol@example.com', site_admin: true }),
    );
    expect((await granary(['user', 'list'])).stdout).toMatch(/^carol +carol@example.com +admin +active /m);
  });

  it.each([
    [['user', 'create', 'alice'], '', /login "alice" is already taken/],
    [['user', 'create', 'settings'], '', /reserved/],
    [['user', 'create', 'dora', '--password-stdin'], 'short', /at least 10 characters/],
  ])('are refused in plain words: %j', async (args, input, reason) => {
    const { code, stdout, stderr } = await granary(args, { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('    at ');
  });
});

describe('tokens', () => {
  it('let their user in, as far as their scopes go', async () => {
    const made = await json<{ token: string; scopes: string[]; expires_at: string }>([
      'token',
      'create',
      'alice',
      '--name',
      'ci',
      '--scopes',
      'repo:read,user',
      '--expires',
      '7',
    ]);
    expect(made.scopes).toEqual(['repo:read', 'user']);
    const audit = await callApi<AuditEntry[]>(hub, {
      method: 'GET',
      path: '/api/v3/admin/audit?action=token.create&per_page=1',
      authorization: basic(hub.admin.login, hub.admin.password),
    });
    expect(audit.body).toMatchObject([{ target: 'ci', actor: null, via: 'cli', address: null }]);
    expect((await whoIs(`Bearer ${made.token}`)).body).toMatchObject({ login: 'alice' });
    const request = { method: 'POST', path: '/api/v3/user/repos', body: { name: 'no' } };
    expect((await callApi(hub, { ...request, authorization: `Bearer ${made.token}` })).status).toBe(403);
    const { body } = await alice.api<{ name: string; expires_at: string }[]>('GET', '/api/v3/user/tokens');
    expect(body).toContainEqual(expect.objectContaining({ name: 'ci', expires_at: made.expires_at }));
  });

  it.each([
    [['token', 'create', 'nobody', '--name', 'x', '--scopes', 'user'], 1, /There is no user "nobody"/],
    [['token', 'create', 'alice', '--name', 'x', '--scopes', 'admin'], 1, /more than you have: admin/],
  ])('are refused in plain words: %j', async (args, status, reason) => {
    const { code, stdout, stderr } = await granary(args);
    expect({ code, stdout }).toEqual({ code: status, stdout: '' });
    expect(stderr).toMatch(reason);
  });
});

it('prints the audit log, narrowed as over REST', async () => {
  const path = await alice.createRepository('audited');
  const mine = await json<AuditEntry[]>(['audit', 'list', '--repository', path]);
  expect(mine).toMatchObject([
    { action: 'repository.create', actor: { login: 'alice' }, via: 'token', repository: { full_name: path } },
  ]);
  const { body } = await callApi<AuditEntry[]>(hub, {
    method: 'GET',
    path: `/api/v3/admin/audit?repository=${encodeURIComponent(path)}&actor=ALICE&since=2020-01-01`,
    authorization: basic(hub.admin.login, hub.admin.password),
  });
  expect(mine).toEqual(body);
  const [{ id } = { id: 0 }] = mine;
  const older = await json<AuditEntry[]>(['audit', 'list', '--before', String(id), '--limit', '2']);
  expect(older).toHaveLength(2);
  expect(older.every((entry) => entry.id < id)).toBe(true);
  expect((await granary(['audit', 'list', '--actor', 'alice'])).stdout).toMatch(
    new RegExp(`^${id} +\\S+Z +alice +token +127\\.0\\.0\\.1 +${path} +repository\\.create +${path}$`, 'm'),
  );
});

it('lists every repository, private ones too', async () => {
  const path = await alice.createRepository('listed');
  expect(await json(['repo', 'list'])).toContainEqual(
    expect.objectContaining({ full_name: path, visibility: 'private', default_branch: 'main', pushed_at: null }),
  );
  expect((await granary(['repo', 'list'])).stdout).toMatch(/^alice\/listed +private +\S+ B +0 B +never$/m);
});

it('sweeps what crashed uploads left, and leaves those under way', async () => {
  const temporary = join(hub.dataDir, 'objects', 'tmp');
  const [stale, fresh] = [join(temporary, 'stale'), join(temporary, 'fresh')];
  for (const path of [stale, fresh]) writeFileSync(path, 'half an object');
  utimesSync(stale, new Date(0), new Date(0));
  expect(await json(['maintenance', 'run'])).toMatchObject({ reconciled_refs: 0, stopped: false });
  expect(existsSync(stale)).toBe(false);
  expect(existsSync(fresh)).toBe(true);
  rmSync(fresh);
});

describe('doctor', () => {
  async function pushLarge(name: string) {
    const cwd = join(workspace('tree'), 'tree');
    mkdirSync(cwd);
    await alice.gitOk(['init', '-q'], { cwd });
    await alice.gitOk(['lfs', 'track', '*.bin'], { cwd });
    writeFileSync(join(cwd, 'data.bin'), randomBytes(1000));
    await alice.gitOk(['add', '-A'], { cwd });
    await alice.gitOk(['commit', '-q', '-m', 'large'], { cwd });
    await alice.gitOk(['push', '-q', alice.remote(`alice/${name}`), 'main'], { cwd });
    const pointer = await alice.gitOk(['cat-file', 'blob', 'HEAD:data.bin'], { cwd });
    return /sha256:(\w+)/.exec(pointer)?.[1] ?? '';
  }

  const fileNamed = (name: string) => {
    const files = readdirSync(hub.dataDir, { recursive: true, encoding: 'utf8' });
    // Keys of LFS objects end in what makes each publication's its own.
    const found = files.find((path) => path.endsWith(name) || path.includes(`/${name}-`));
    if (!found) throw new Error(`no ${name} in ${hub.dataDir}`);
    return join(hub.dataDir, found);
  };

  it('finds nothing where nothing is wrong', async () => {
    await pushLarge('healthy');
    const { code, stdout } = await granary(['doctor']);
    expect(stdout).not.toContain('BAD');
    expect(stdout).toMatch(/^ok {3}database: Postgres \d+/m);
    expect(stdout).toMatch(/^ok {3}LFS objects: 1 objects, 1000 B$/m);
    expect(code).toBe(0);
  });

  it('names each object and repository that is lost or cut', async () => {
    const [lost, cut] = [await pushLarge('lost'), await pushLarge('cut')];
    rmSync(fileNamed(lost));
    truncateSync(fileNamed(cut), 10);
    const { body } = await alice.api<{ id: number }>('GET', '/api/v3/repos/alice/lost');
    rmSync(fileNamed(`/${body.id}.git`), { recursive: true });
    const { code, stdout } = await granary(['doctor', '--json']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { healthy: boolean; checks: { check: string; problems: string[] }[] };
    expect(report.healthy).toBe(false);
    const problemsOf = (name: string) => report.checks.find(({ check }) => check === name)?.problems.sort();
    expect(problemsOf('database')).toEqual([]);
    expect(problemsOf('object store')).toEqual([]);
    expect(problemsOf('LFS objects')).toEqual([`${lost} is missing`, `${cut} has 10 bytes, not 1000`].sort());
    expect(problemsOf('repositories')).toEqual([expect.stringMatching(/^alice\/lost \(\d+\) has no directory: /)]);
    expect((await granary(['doctor'])).stdout).toMatch(/^BAD {2}LFS objects:/m);
  });

  it.each([
    ['without a directory', (bare: string) => rmSync(bare, { recursive: true })],
    ['with an empty HEAD', (bare: string) => writeFileSync(join(bare, 'HEAD'), '')],
  ])('calls a repository %s damaged on every surface, and counts that', async (_what, harm) => {
    const name = `harmed-${randomBytes(4).toString('hex')}`;
    await pushLarge(name);
    const { body } = await alice.api<{ id: number }>('GET', `/api/v3/repos/alice/${name}`);
    await alice.api('PATCH', `/api/v3/repos/alice/${name}`, { private: false });
    harm(hub.repositoryPath(body.id));
    const counted = async () =>
      Number(/code="repository_damaged"\} (\d+)/.exec(await (await fetch(`${hub.url}/metrics`)).text())?.[1] ?? 0);
    const before = await counted();
    for (const path of [
      `/api/v3/repos/alice/${name}/commits`,
      `/alice/${name}.git/info/refs?service=git-upload-pack`,
    ]) {
      const answer = await fetch(`${hub.url}${path}`);
      expect([path, answer.status]).toEqual([path, 503]);
      expect(await answer.text()).toMatch(/damaged/);
    }
    const clone = await alice.git(['clone', alice.remote(`alice/${name}`), 'clone'], { cwd: workspace('clone') });
    expect([clone.code, clone.stderr]).toEqual([128, expect.stringContaining('damaged')]);
    expect(await counted()).toBeGreaterThanOrEqual(before + 3);
  });
});

describe('the command line', () => {
  it('tells a wrong environment in one line', async () => {
    const { code, stderr } = await granary(['user', 'list'], { env: { GRANARY_PORT: 'http' } });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^granary: GRANARY_PORT is "http"; accepted: [^\n]+\n$/);
  });

  it('tells programs what is wrong, as JSON', async () => {
    const { code, stderr } = await granary(['token', 'create', 'nobody', '--name', 'x', '--scopes', 'user', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'not_found', message: 'There is no user "nobody".' } });
  });
});

it('leaves a running hub and its database alone, and needs none', async () => {
  const before = processTree(hub.process.pid).map(({ pid }) => pid);
  expect(before.length).toBeGreaterThan(1);
  await json(['user', 'list']);
  expect((await fetch(`${hub.url}/health/ready`)).status).toBe(200);
  const postmaster = processTree(hub.process.pid).filter(({ command }) => command.includes(' -D '));
  expect(postmaster.every(({ pid }) => before.includes(pid))).toBe(true);
  expect(await hub.stop()).toBe(0);
  expect(await json<{ login: string }[]>(['user', 'list'])).toContainEqual(expect.objectContaining({ login: 'alice' }));
  await eventually('no process left', () => hub.process.remaining().length === 0);
  await hub.restart();
});
