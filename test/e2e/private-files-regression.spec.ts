import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run, startHub, type Actor, type Hub } from '../support';
import { WorkTree } from '../support/work-tree';

const MALLORY = { uid: 65_534, gid: 65_534 };

// To be another account takes root.
const asRoot = process.getuid?.() === 0 ? describe : describe.skip;

asRoot('files of the hub, which mallory has an account beside (needs root)', () => {
  let hub: Hub;
  let alice: Actor;
  let repository: string;

  const mallory = (command: string, ...args: string[]) =>
    run(command, args, { ...MALLORY, cwd: '/', env: { PATH: process.env.PATH } });
  const log = () => mallory('git', '-c', 'safe.directory=*', `--git-dir=${repository}`, 'log', '--all', '--format=%s');
  /** What of the data directory mallory can read, list or change. */
  const reach = () => mallory('find', hub.dataDir, '(', '-readable', '-o', '-writable', ')', '-print');

  beforeAll(async () => {
    hub = await startHub({ ssh: false, isFirstStart: true });
    alice = await hub.actor('alice');
    const tree = await WorkTree.create(alice, 'alice/secret', { files: { 'plan.txt': 'the plan\n' } });
    expect(await tree.push('main')).toMatchObject({ code: 0 });
    const { body } = await alice.api<{ id: number }>('GET', '/api/v3/repos/alice/secret');
    const found = await run('find', [join(hub.dataDir, 'repositories'), '-name', `${body.id}.git`]);
    repository = found.stdout.trim();
    expect(readFileSync(join(repository, 'HEAD'), 'utf8')).toBe('ref: refs/heads/main\n');
  });

  it('show mallory nothing', async () => {
    const { code, stdout } = await log();
    expect({ failed: code !== 0, stdout }).toEqual({ failed: true, stdout: '' });
    expect((await reach()).stdout).toBe('');
  });

  it('are closed again where they stood open from before, and whoever starts the hub reads it', async () => {
    expect(await hub.stop()).toBe(0);
    await run('chmod', ['-R', 'a+rX', hub.dataDir]);
    expect(await log()).toMatchObject({ code: 0, stdout: 'change\n' });
    // Postgres serves no data that others can read.
    chmodSync(join(hub.dataDir, 'postgres/data'), 0o700);
    await hub.restart();
    expect((await log()).stdout).toBe('');
    expect(hub.process.stderr).toMatch(/^granary: \S+\/data, .*repositories.* could be read by other accounts/m);
    expect(await alice.api('GET', '/api/v3/repos/alice/secret')).toMatchObject({ status: 200 });
  });
});
