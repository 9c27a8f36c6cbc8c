import type { Row } from '../report';
import { SIZES, type Size } from './generate';
import { memoryOfLargeTransfers } from './memory';
import * as rows from './rows';
import { createPair, generateSize, openWorld, pairWithBranches, quiet, type World } from './world';

export interface GitBenchOptions {
  sizes: readonly Size[];
  runs: number;
  /** For each measurement of a rate. */
  seconds: number;
  /** Of the repository that memory is measured with. */
  memoryMib: number;
  say(text: string): void;
}

/** All of it. Nothing is judged: the rows carry their targets. */
export async function benchGit(options: GitBenchOptions): Promise<{ title: string; rows: Row[] }> {
  const world = await openWorld(options.runs, options.say);
  const measured: Row[] = [];
  let smallest: string | undefined;
  for (const size of options.sizes) {
    const source = await generateSize(world, size);
    smallest ??= source;
    measured.push(...(await benchSize(world, size, source)));
  }
  if (smallest) {
    options.say('Refs');
    const pair = await pairWithBranches(world, smallest);
    await quiet(world);
    measured.push(await rows.refsRate(world, pair, options.seconds));
  }
  measured.push(...(await memoryOfLargeTransfers(world, options.memoryMib)));
  const order = [...new Set(measured.map(({ what }) => what))];
  measured.sort((a, b) => order.indexOf(a.what) - order.indexOf(b.what));
  return { title: await titleOf(options), rows: measured };
}

async function benchSize(world: World, size: Size, source: string): Promise<Row[]> {
  // What is met for the first time needs a repository that nobody has asked for yet: another one in each run.
  const fresh = async (purpose: string) => {
    const pairs = [];
    for (let run = 0; run < world.runs; run++) pairs.push(await createPair(world, source, `${size}-${purpose}-${run}`));
    await quiet(world);
    return { size, fresh: pairs };
  };
  const step = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    world.say(`${size}: ${what}`);
    return work();
  };
  return [
    await step('clones over HTTP', async () => rows.cloneOverHttp(world, await fresh('http'))),
    ...(await step('replayed requests', async () => rows.replayedRequest(world, await fresh('replay')))),
    ...(await step('replayed requests at once', async () => rows.replayedAtOnce(world, await fresh('burst')))),
    await step('clones over SSH', async () => rows.cloneOverSsh(world, await fresh('ssh'))),
    await step('pushes', async () =>
      rows.pushOfOneCommit(world, size, await createPair(world, source, `${size}-push`)),
    ),
  ];
}

async function titleOf({ sizes, runs }: GitBenchOptions): Promise<string> {
  const commits = sizes.map((size) => `${size} ${SIZES[size]}`).join(', ');
  return `git: the hub beside its peers, medians of ${runs} interleaved runs; commits: ${commits}\n${await rows.versions()}`;
}
