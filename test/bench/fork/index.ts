import { performance } from 'node:perf_hooks';
import { DIRECT, type Launcher } from '../../../libs/git-process/src/launch/launcher';
import { openForkServer } from '../../../libs/git-process/src/testing/fork-server';
import { atEnd } from '../../support/cleanup';
import { interleave } from '../interleave';
import type { Row } from '../report';

/** What a hub that is at work has resident: fork(2) copies its page tables. */
const BALLAST_MIB = 250;
const STARTS = 200;
const MIB = 1024 * 1024;
const PROGRAM = { command: 'true', args: [], env: { PATH: '/usr/bin:/bin' } };

export interface ForkBenchOptions {
  runs: number;
  say(text: string): void;
}

type Figures = Record<'threadSeconds' | 'wallSeconds', number>;

/** How long the thread that serves everybody is held by the start of programs, one after another. */
export async function benchFork({ runs, say }: ForkBenchOptions): Promise<{ title: string; rows: Row[] }> {
  // Of its own bytes, so that every page is really there.
  const ballast = Buffer.alloc(BALLAST_MIB * MIB, 'granary');
  const server = await openForkServer();
  atEnd(() => server.close());
  await start(server, 10);
  say(`Starting ${STARTS} programs at a time from a process with ${Math.round(process.memoryUsage().rss / MIB)} MiB`);
  const figures = await interleave(runs, { hub: () => start(server, STARTS), peer: () => start(DIRECT, STARTS) });
  const common = { size: `${ballast.length / MIB} MiB`, unit: 's' as const, target: '' };
  const beside = 'fork(2) from the process itself';
  return {
    title: `Start of ${STARTS} programs (true), one after another`,
    rows: [
      { ...common, what: 'the thread is held', ...figures.threadSeconds, beside },
      { ...common, what: 'start to exit', ...figures.wallSeconds, beside },
    ],
  };
}

async function start(launcher: Launcher, count: number): Promise<Figures> {
  const before = performance.eventLoopUtilization();
  const startedAt = performance.now();
  for (let index = 0; index < count; index++) {
    const { stdin, stdout, stderr, exited } = await launcher.launch(PROGRAM);
    stdin.end();
    stdout.resume();
    stderr.resume();
    await exited;
  }
  const { active } = performance.eventLoopUtilization(before);
  return { threadSeconds: active / 1000, wallSeconds: (performance.now() - startedAt) / 1000 };
}
