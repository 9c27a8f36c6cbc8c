import { join } from 'node:path';
import { callApi, run, startHub, type Actor, type Hub } from '../support';
import { ROOT } from '../support/hub-process';
import { WorkTree } from '../support/work-tree';

const PROGRAM = join(ROOT, 'dist/apps/admin-cli/src/main.js');

let hub: Hub;
let mallory: Actor;
let tree: WorkTree;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  mallory = await hub.actor('mallory');
  tree = await WorkTree.create(mallory, 'mallory/leaving');
  expect(await tree.push('main')).toMatchObject({ code: 0 });
});

const basic = (login: string, password: string) => `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
const asAdmin = (method: string, path: string, body?: unknown) =>
  callApi(hub, { method, path, body, authorization: basic(hub.admin.login, hub.admin.password) });

function granary(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir };
  return run(process.execPath, [PROGRAM, ...args], { env, input: '' });
}

it('mallory, whom an administrator disables, neither pushes nor asks anything from that moment', async () => {
  expect(await asAdmin('PUT', '/api/v3/users/mallory/suspended')).toMatchObject({ status: 204 });
  expect(await asAdmin('GET', '/api/v3/admin/users/mallory')).toMatchObject({
    body: { login: 'mallory', active: false },
  });
  await tree.commit({ 'late.txt': 'late\n' });
  expect((await tree.push('main')).code).not.toBe(0);
  expect((await mallory.api('GET', '/api/v3/user')).status).toBe(401);
  expect(await asAdmin('DELETE', '/api/v3/users/mallory/suspended')).toMatchObject({ status: 204 });
  expect(await tree.push('main')).toMatchObject({ code: 0 });
});

it('mallory administers nobody, herself included', async () => {
  const tries: [string, string, unknown?][] = [
    ['GET', '/api/v3/admin/users/admin'],
    ['PATCH', '/api/v3/admin/users/mallory', { site_admin: true }],
    ['DELETE', '/api/v3/admin/users/mallory'],
    ['PUT', '/api/v3/users/admin/suspended'],
    ['DELETE', '/api/v3/users/mallory/suspended'],
    ['GET', '/api/v3/admin/users/admin/tokens'],
    ['DELETE', '/api/v3/admin/users/admin/tokens/1'],
  ];
  for (const [method, path, body] of tries) {
    const statuses = [
      (await mallory.api(method, path, body)).status,
      (await callApi(hub, { method, path, body })).status,
    ];
    expect([method, path, ...statuses]).toEqual([method, path, 403, 401]);
  }
});

it('the operator does the same on the command line, and is stopped before the hub has no administrator', async () => {
  const last = await granary('user', 'disable', 'admin');
  expect(last.code).toBe(1);
  expect(last.stderr).toMatch(/^granary: admin is the last active administrator, and cannot be disabled\./);
  expect((await granary('user', 'delete', 'mallory', '--yes')).stderr).toMatch(/^granary: mallory owns a repository\./);
  const reset = await granary('user', 'password', 'mallory', '--json');
  const { password } = JSON.parse(reset.stdout) as { password: string };
  expect(
    (await callApi(hub, { method: 'GET', path: '/api/v3/user', authorization: basic('mallory', password) })).status,
  ).toBe(200);
  expect((await granary('token', 'list', 'mallory')).stdout).toMatch(/^ID +NAME/);
  expect(await granary('token', 'revoke', 'mallory', '--all')).toMatchObject({ code: 0 });
  expect((await mallory.api('GET', '/api/v3/user')).status).toBe(401);
});
