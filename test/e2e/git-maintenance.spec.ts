import { readdirSync, statSync, utimesSync, writeFileSync, mkdirSync, existsSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  allProcesses,
  eventually,
  processTree,
  run,
  runOk,
  startHub,
  workspace,
  type Actor,
  type Hub,
} from '../support';
import { ROOT } from '../support/hub-process';

const PROGRAM = join(ROOT, 'dist/apps/admin-cli/src/main.js');

interface Report {
  stopped: boolean;
  repositories: { full_name: string; outcome: string; tasks: { task: string }[]; swept: string[] }[];
}

let hub: Hub;
let alice: Actor;
let bob: Actor;
let mallory: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob, mallory] = await Promise.all([hub.actor('alice'), hub.actor('bob'), hub.actor('mallory')]);
});

const operatorEnv = () => ({ PATH: process.env.PATH, HOME: hub.dataDir, GRANARY_DATA_DIR: hub.dataDir });

async function maintain(...args: string[]): Promise<Report> {
  const output = await runOk(process.execPath, [PROGRAM, 'maintenance', 'run', ...args, '--json'], {
    env: operatorEnv(),
  });
  return JSON.parse(output) as Report;
}

/** A work tree of `actor`, with `path` for its origin. */
async function workTree(actor: Actor, path: string): Promise<string> {
  const cwd = join(workspace('tree'), 'tree');
  mkdirSync(cwd);
  await actor.gitOk(['init', '-q'], { cwd });
  await actor.gitOk(['remote', 'add', 'origin', actor.remote(path)], { cwd });
  return cwd;
}

async function commit(actor: Actor, cwd: string, text: string): Promise<string> {
  writeFileSync(join(cwd, 'file.txt'), text);
  await actor.gitOk(['add', '-A'], { cwd });
  await actor.gitOk(['commit', '-q', '-m', text.slice(0, 40)], { cwd });
  return (await actor.gitOk(['rev-parse', 'HEAD'], { cwd })).trim();
}

/** Where the hub keeps the repository. */
async function storageOf(path: string): Promise<string> {
  const { body } = await alice.api<{ id: number }>('GET', `/api/v3/repos/${path}`);
  const found = readdirSync(hub.dataDir, { recursive: true, encoding: 'utf8' }).find((each) =>
    each.endsWith(`/${body.id}.git`),
  );
  if (!found) throw new Error(`no repository ${body.id} in ${hub.dataDir}`);
  return join(hub.dataDir, found);
}

const bare = (path: string, args: string[], input?: string) =>
  runOk('git', ['-c', 'safe.directory=*', `--git-dir=${path}`, ...args], { env: alice.env, input });
const packsIn = (path: string) => readdirSync(join(path, 'objects/pack')).filter((name) => name.endsWith('.pack'));

it('loses nothing of what is acknowledged while everything is repacked again and again beside the pushes', async () => {
  const path = await alice.createRepository('busy');
  for (const [name, permission] of [
    ['bob', 'write'],
    ['mallory', 'write'],
  ])
    await alice.api('PUT', `/api/v3/repos/${path}/collaborators/${name}`, { permission });
  const tree = await workTree(alice, path);
  await commit(alice, tree, 'first');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd: tree });

  let pushing = 3;
  const acknowledged = new Map<string, string>();
  const pushOften = async (actor: Actor, branch: string) => {
    const cwd = await workTree(actor, path);
    for (let n = 0; n < 12; n++) {
      const tip = await commit(actor, cwd, `${branch} ${n}\n`.repeat(500));
      await actor.gitOk(['push', '-q', 'origin', `HEAD:refs/heads/${branch}`], { cwd });
      acknowledged.set(branch, tip);
    }
    pushing--;
  };
  /** The same objects again and again: the same pack each time, unreachable in between. */
  const pushTheSame = async (actor: Actor) => {
    const cwd = await workTree(actor, path);
    const tip = await commit(actor, cwd, 'the same each time');
    for (let n = 0; n < 12; n++) {
      await actor.gitOk(['push', '-q', 'origin', 'HEAD:refs/heads/same'], { cwd });
      if (n < 11) await actor.gitOk(['push', '-q', 'origin', ':refs/heads/same'], { cwd });
    }
    acknowledged.set('same', tip);
    pushing--;
  };
  const reports: Report[] = [];
  const repackOften = async () => {
    while (pushing > 0) reports.push(await maintain('--repository', path, '--full'));
  };
  await Promise.all([pushOften(alice, 'alice'), pushOften(bob, 'bob'), pushTheSame(mallory), repackOften()]);

  expect(reports.length).toBeGreaterThan(1);
  const outcomes = reports.flatMap(({ repositories }) => repositories.map(({ outcome }) => outcome));
  // The hub itself may be at it: then the command leaves it alone.
  expect(outcomes.filter((outcome) => outcome !== 'done' && outcome !== 'busy')).toEqual([]);
  expect(outcomes).toContain('done');
  const refs = await alice.gitOk(['ls-remote', 'origin'], { cwd: tree });
  for (const [branch, tip] of acknowledged) expect(refs).toContain(`${tip}\trefs/heads/${branch}`);
  const stored = await storageOf(path);
  await bare(stored, ['fsck', '--full', '--strict']);
  const clone = join(workspace('clone'), 'clone');
  await bob.gitOk(['clone', '-q', '--mirror', bob.remote(path), clone]);
  expect((await bob.gitOk(['rev-list', '--count', 'refs/heads/bob'], { cwd: clone })).trim()).toBe('12');
  await bob.gitOk(['fsck', '--full', '--strict'], { cwd: clone });
});

it('is done by the hub itself after so many pushes', async () => {
  const path = await alice.createRepository('often');
  const cwd = await workTree(alice, path);
  for (let n = 0; n < 20; n++) {
    await commit(alice, cwd, `${n}\n`);
    await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  }
  const stored = await storageOf(path);
  await eventually('one pack', () => packsIn(stored).length === 1);
  await eventually('a commit-graph', () => existsSync(join(stored, 'objects/info/commit-graphs/commit-graph-chain')));
  expect(readdirSync(join(stored, 'objects/pack')).some((name) => name.endsWith('.bitmap'))).toBe(true);
  await eventually('the run in the metrics', async () =>
    /^granary_maintenance_runs_total\{outcome="done"\} [1-9]/m.test(await (await fetch(`${hub.url}/metrics`)).text()),
  );
});

it('sweeps what a killed push left after a day, and leaves a push under way alone', async () => {
  const path = await alice.createRepository('killed');
  const cwd = await workTree(alice, path);
  await commit(alice, cwd, 'first');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
  const stored = await storageOf(path);
  const quarantines = () =>
    readdirSync(join(stored, 'objects')).filter((name) => name.startsWith('tmp_objdir-incoming-'));

  const push = await beginPush(alice, path);
  const [quarantine = ''] = await eventually('a quarantine', () => (quarantines().length > 0 ? quarantines() : null));
  for (const { pid, command } of processTree(hub.process.pid)) {
    if (/receive-pack|index-pack/.test(command) && command.includes(`/${stored.split('/').at(-1)}`)) kill(pid);
  }
  await eventually('the end of git', () => gitsIn(stored).length === 0);
  push.destroy();
  expect(quarantines()).toEqual([quarantine]);

  const young = await maintain('--repository', path);
  expect(young.repositories).toMatchObject([{ outcome: 'done', swept: [] }]);
  expect(quarantines()).toEqual([quarantine]);
  const directory = join(stored, 'objects', quarantine);
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  for (const name of [...readdirSync(directory, { recursive: true, encoding: 'utf8' }), '.'])
    utimesSync(join(directory, name), yesterday, yesterday);
  const old = await maintain('--repository', path);
  expect(old.repositories).toMatchObject([{ outcome: 'done', swept: [`objects/${quarantine}`] }]);
  expect(quarantines()).toEqual([]);
  await commit(alice, cwd, 'second');
  await alice.gitOk(['push', '-q', 'origin', 'main'], { cwd });
});

it('ends with the command that began it, and leaves the repository whole', async () => {
  const path = await alice.createRepository('large');
  const stored = await storageOf(path);
  await fillSlowly(stored);
  const command = spawn(process.execPath, [PROGRAM, 'maintenance', 'run', '--repository', path, '--full'], {
    env: operatorEnv(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  command.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await eventually('a repack', () => gitsIn(stored).some((each) => each.command.includes('repack')));
  command.kill('SIGINT');
  const [code] = (await once(command, 'close')) as [number | null];
  expect(code).toBe(1);
  expect(output).toContain('alice/large: stopped');
  expect(gitsIn(stored)).toEqual([]);
  await bare(stored, ['fsck', '--full']);
});

it.each([
  [['--repository', 'alice/absent'], 1, /Repository not found/],
  [['--repository', 'alice'], 2, /"alice" is no NAMESPACE\/NAME/],
])('refuses %j in plain words', async (args, status, reason) => {
  const { code, stdout, stderr } = await run(process.execPath, [PROGRAM, 'maintenance', 'run', ...args], {
    env: operatorEnv(),
  });
  expect({ code, stdout }).toEqual({ code: status, stdout: '' });
  expect(stderr).toMatch(reason);
});

const gitsIn = (stored: string) =>
  allProcesses().filter(({ command }) => /\bgit\b/.test(command) && command.includes(stored));

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // Its parent's end took it along.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A push that has begun to send its pack and does not go on. */
async function beginPush(actor: Actor, path: string) {
  const line = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/never\0 report-status`;
  const push = request(`${hub.url}/${path}.git/git-receive-pack`, {
    method: 'POST',
    headers: { authorization: `Bearer ${actor.token}`, 'content-type': 'application/x-git-receive-pack-request' },
  });
  push.on('error', () => undefined);
  push.write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000`);
  // A pack of 100 objects, of which none comes.
  push.write(Buffer.from('5041434b0000000200000064', 'hex'));
  return push;
}

/** Large files that resemble each other, none a delta of another, and a search window in which a repack is lost. */
async function fillSlowly(stored: string): Promise<void> {
  const body = 'line of a large file\n'.repeat(6000);
  // Two packs: git tries no deltas between objects that one pack holds whole already.
  for (const half of [0, 1]) {
    const commits = Array.from({ length: 200 }, (_, at) => {
      const n = half * 200 + at;
      const text = `${n}\n${body}${n * 7919}\n`;
      const from = half === 1 && at === 0 ? 'from refs/heads/main^0\n' : '';
      return `commit refs/heads/main\ncommitter a <a@example.com> ${1_700_000_000 + n} +0000\ndata 1\nx\n${from}M 100644 inline f${n}\ndata ${text.length}\n${text}\n`;
    });
    await bare(
      stored,
      ['-c', 'core.bigFileThreshold=1', '-c', 'fastimport.unpackLimit=0', 'fast-import', '--quiet'],
      commits.join(''),
    );
  }
  for (const [key, value] of [
    ['pack.window', '4000'],
    ['pack.windowMemory', '0'],
    ['pack.threads', '1'],
  ])
    await bare(stored, ['config', key ?? '', value ?? '']);
  expect(statSync(stored).isDirectory()).toBe(true);
}
