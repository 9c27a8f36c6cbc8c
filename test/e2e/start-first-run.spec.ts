import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const hub = await startHub({ isFirstStart: true });
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
  const hub = await startHub({ isFirstStart: true });
  const home = workspace('home');
  const lines = hub.process.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('git '));
  const askpass = join(home, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho '${hub.adminPassword}'\n`, { mode: 0o700 });
  const person = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' };
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ASKPASS: askpass,
    ...person,
    GIT_COMMITTER_NAME: person.GIT_AUTHOR_NAME,
    GIT_COMMITTER_EMAIL: person.GIT_AUTHOR_EMAIL,
  };
  const pushed = await run('sh', ['-ec', lines.join('\n')], { cwd: workspace('first'), env });
  expect({ ...pushed, stdout: '' }).toMatchObject({ code: 0, stderr: expect.stringContaining('main -> main') });
  const repository = await callApi<{ empty: boolean; default_branch: string }>(hub, {
    method: 'GET',
    path: '/api/v3/repos/admin/first',
    authorization: `Basic ${Buffer.from(`admin:${hub.adminPassword}`).toString('base64')}`,
  });
  expect(repository).toMatchObject({ status: 200, body: { empty: false, default_branch: 'main' } });
});
