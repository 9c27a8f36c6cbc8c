import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openForkServer } from '../testing/fork-server';
import { until } from '../testing/project';
import type { ForkServer } from './fork-server';
import type { LaunchedProgram } from './launcher';

const ENV = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
const started: LaunchedProgram[] = [];
let server: ForkServer;

beforeEach(async () => (server = await openForkServer()));
afterEach(async () => {
  await server.close();
  for (const { pid } of started.splice(0)) if (lives(pid)) process.kill(-pid, 'SIGKILL');
});

function lives(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function shell(script: string, withChannel = false): Promise<LaunchedProgram> {
  const program = await server.launch({ command: 'sh', args: ['-c', script], env: ENV, withChannel });
  started.push(program);
  return program;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function forkServerPid({ pid }: LaunchedProgram): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(') ') + 2).split(' ')[1]);
}

it('passes a megabyte each way, every byte in its order', async () => {
  const bytes = randomBytes(1 << 20);
  const { stdin, stdout, exited } = await shell('cat');
  stdin.end(bytes);
  const hash = createHash('sha256');
  for await (const chunk of stdout) hash.update(chunk as Buffer);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(await exited).toEqual({ exitCode: 0, signal: null });
});

it('tells standard error and the exit code of many at once, none for another', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const { stdout, stderr, exited } = await shell(`echo out ${index}; echo err ${index} >&2; exit ${index}`);
      return Promise.all([textOf(stdout), textOf(stderr), exited]);
    }),
  );
  answers.forEach((answer, index) =>
    expect(answer).toEqual([`out ${index}\n`, `err ${index}\n`, { exitCode: index, signal: null }]),
  );
});

it('gives every descriptor of the child blocking, as programs expect them', async () => {
  const { stdout, channel } = await shell('for fd in 0 1 2 3 4; do grep flags /proc/self/fdinfo/$fd; done', true);
  channel?.fromChild.resume();
  const flags = (await textOf(stdout)).trim().split('\n');
  expect(flags).toHaveLength(5);
  for (const line of flags) expect(Number.parseInt(line.split(/\s+/)[1] as string, 8) & 0o4000).toBe(0);
});

it('closes what the child writes to when the child is gone, read or unread', async () => {
  const { stdout, stderr, exited } = await shell('echo unread; exit 3');
  const closed = Promise.all([once(stdout, 'close'), once(stderr, 'close')]);
  expect(await exited).toEqual({ exitCode: 3, signal: null });
  stdout.resume();
  stderr.resume();
  await closed;
});

it('takes no connection from who does not know the secret', async () => {
  await (
    await shell('exit 0')
  ).exited;
  const stranger = connect({ path: server.socketPath });
  stranger.write(Buffer.alloc(24, 1));
  await once(stranger.resume(), 'end');
  const short = connect({ path: server.socketPath });
  short.end('x');
  await once(short.resume(), 'end');
});

it('ends with the hub what still runs, programs that ignore SIGTERM and their children among them', async () => {
  const stubborn = await shell('trap "" TERM; echo ready; sleep 600 & wait; sleep 600');
  const plain = await shell('echo ready; exec sleep 600');
  await Promise.all([stubborn, plain].map(({ stdout }) => once(stdout, 'data')));
  await server.close();
  await until(() => [stubborn, plain].every(({ pid }) => !lives(pid)));
});

it('outlives the signals that a terminal or a service manager sends to all processes', async () => {
  const first = await shell('echo ready; sleep 600');
  await once(first.stdout, 'data');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(forkServerPid(first), signal);
  expect(await textOf((await shell('echo still there')).stdout)).toBe('still there\n');
});

it('is started again when it was killed; what it had started is ended, and told', async () => {
  const lost = await shell('echo ready; sleep 600');
  await once(lost.stdout, 'data');
  process.kill(forkServerPid(lost), 'SIGKILL');
  expect(await lost.exited).toEqual({ exitCode: null, signal: 'SIGKILL' });
  await until(() => !lives(lost.pid));
  expect(await textOf((await shell('echo again')).stdout)).toBe('again\n');
  await started.at(-1)?.exited;
  expect(server.counts).toEqual({ started: 2, failed: 0, running: 0, forkServers: 2 });
});

it('removes the directories of those that were killed, not those of the living or the new', async () => {
  const old = new Date(Date.now() - 3_600_000);
  const [dead, fresh] = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'granary-fork-'))) as [string, string];
  for (const directory of [dead, dirname(server.socketPath)]) utimesSync(directory, old, old);
  const next = await openForkServer();
  await until(() => !existsSync(dead));
  expect([existsSync(fresh), existsSync(server.socketPath)]).toEqual([true, true]);
  rmSync(fresh, { recursive: true });
  await next.close();
});

it('starts nothing when it is closed', async () => {
  await server.close();
  await expect(shell('exit 0')).rejects.toThrow('closed');
});

// Skipped where the kernel has no autogroups: there it looks at the niceness of processes alone, which nice(1) shows.
const withSessions = existsSync('/proc/self/autogroup') ? it : it.skip;

/** The niceness of the session that `pid` leads (sched(7)). */
const sessionNiceness = ({ pid }: LaunchedProgram) =>
  Number(readFileSync(`/proc/${pid}/autogroup`, 'utf8').trim().split(' ').at(-1));

withSessions('lets the hub go before each of many at once, be it that the system takes ten in a second', async () => {
  const programs = await Promise.all(Array.from({ length: 15 }, () => shell('read line')));
  for (const program of programs) await until(() => sessionNiceness(program) === 10);
  for (const { stdin } of programs) stdin.end('\n');
  await Promise.all(programs.map(({ exited }) => exited));
});

withSessions('lets everybody go before what nobody waits for', async () => {
  const program = await server.launch({
    command: 'nice',
    args: ['-n', '19', 'sh', '-c', 'read line; nice'],
    env: ENV,
    isBackground: true,
  });
  started.push(program);
  await until(() => sessionNiceness(program) === 19);
  program.stdin.end('\n');
  expect((await textOf(program.stdout)).trim()).toBe('19');
});
