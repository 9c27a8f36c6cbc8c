import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hub, startHub, workspace } from '../support';

it('starts again after kill -9, with everything that was acknowledged', async () => {
  const hub = await startHub();
  const alice = await hub.actor('alice');
  const path = await alice.createRepository('survivor');
  const cwd = workspace('survivor');
  await alice.gitOk(['init', '.'], { cwd });
  writeFileSync(join(cwd, 'README.md'), '# kept\n');
  await alice.gitOk(['add', '.'], { cwd });
  await alice.gitOk(['commit', '-m', 'Kept'], { cwd });
  await alice.gitOk(['push', alice.remote(path), 'main'], { cwd });
  const head = (await alice.gitOk(['rev-parse', 'HEAD'], { cwd })).trim();

  await hub.kill();
  await hub.restart();

  expect(await alice.gitOk(['ls-remote', alice.remote(path), 'refs/heads/main'])).toBe(`${head}\trefs/heads/main\n`);
  expect(await hub.stop()).toBe(0);
  expect(hub.process.remaining()).toEqual([]);
});

it('survives three crashes in a row', async () => {
  const hub = await startHub();
  const alice = await hub.actor('alice');
  for (const name of ['first', 'second', 'third']) {
    await alice.createRepository(name);
    await hub.kill();
    await hub.restart();
  }
  const { body } = await alice.api<{ name: string }[]>('GET', '/api/v3/user/repos');
  expect(body.map(({ name }) => name).sort()).toEqual(['first', 'second', 'third']);
});

it('refuses a second hub on the same data, and names the first', async () => {
  const hub = await startHub();
  const second = await Hub.launchOnly({ dataDir: hub.dataDir });
  expect(await second.process.exit()).toBe(1);
  expect(second.process.stderr).toContain(`process ${hub.process.pid}`);
  expect(second.process.stderr).toContain('GRANARY_DATA_DIR');
  expect((await fetch(`${hub.url}/health/ready`)).status).toBe(200);
});
