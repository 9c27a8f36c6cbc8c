import { callApi, run, startHub, workspace } from '../support';

it('makes up the password of the first administrator, and shows it once', async () => {
  const hub = await startHub({ env: { GRANARY_ADMIN_PASSWORD: undefined } });
  const [, password] = /Sign in as "admin" with the password\s+(\S+)/.exec(hub.process.stdout) ?? [];
  expect(password).toBeDefined();
  const basic = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const self = await callApi<{ login: string; site_admin: boolean }>(hub, {
    method: 'GET',
    path: '/api/v3/user',
    authorization: basic,
  });
  expect(self).toMatchObject({ status: 200, body: { login: 'admin', site_admin: true } });

  await hub.stop();
  await hub.restart();
  expect(hub.process.stdout).not.toContain('with the password');
  expect(hub.process.output).not.toContain(password);
});

it('prints its address, and three lines that push a first repository', async () => {
  const hub = await startHub();
  expect(hub.process.stdout).toContain(hub.url);
  const lines = hub.process.stdout.split('\n').map((line) => line.trim());
  expect(lines.filter((line) => line.startsWith('git '))).toEqual([
    expect.stringMatching(/^git init/),
    expect.stringContaining(`@127.0.0.1:${hub.port}/admin/first.git`),
    expect.stringMatching(/^git push/),
  ]);
  expect(hub.process.stdout).not.toContain(hub.adminPassword);
});

it('pushes a first repository with the very lines that it printed', async () => {
  const hub = await startHub();
  const alice = await hub.actor('alice');
  const lines = hub.process.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('git '));
  const env = {
    ...alice.env,
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `credential.http://admin@127.0.0.1:${hub.port}.helper`,
    GIT_CONFIG_VALUE_0: `!printf 'username=admin\\npassword=${hub.adminPassword}\\n' #`,
  };
  const pushed = await run('sh', ['-ec', lines.join('\n')], { cwd: workspace('first'), env });
  expect(pushed).toMatchObject({ code: 0 });
  const repository = await callApi<{ empty: boolean; default_branch: string }>(hub, {
    method: 'GET',
    path: '/api/v3/repos/admin/first',
    authorization: `Basic ${Buffer.from(`admin:${hub.adminPassword}`).toString('base64')}`,
  });
  expect(repository).toMatchObject({ status: 200, body: { empty: false, default_branch: 'main' } });
});
