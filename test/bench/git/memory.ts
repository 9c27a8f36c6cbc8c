import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { GitUser } from '../../support';
import { memoryGrowth } from '../memory-growth';
import type { Row } from '../report';
import { generateNoise } from './generate';
import { createOnHub, type World } from './world';

const TIMEOUT_MS = 900_000;
/** Before the first measurement, so that it is not the hub's first large transfer that is measured. */
const WARM_UP_SHARE = 1 / 5;

/** How much the hub's own process grows while one large repository is pushed to it and cloned from it, by each way in. */
export async function memoryOfLargeTransfers(world: World, totalMib: number): Promise<Row[]> {
  const { alice, ssh, directory, say } = world;
  say(`Generating ${totalMib} MiB that do not compress`);
  const [source, small] = [join(directory, 'noise.git'), join(directory, 'small-noise.git')];
  await generateNoise(source, totalMib);
  await generateNoise(small, Math.ceil(totalMib * WARM_UP_SHARE));
  const ways = [
    { way: 'HTTP', who: alice },
    { way: 'SSH', who: ssh },
  ];
  say('Memory: warming up');
  for (const { way, who } of ways) {
    await cloneFromHub(world, who, await createOnHub(world, small, `warm-up-${way}`, who));
  }
  const rows: Row[] = [];
  for (const { way, who } of ways) {
    let path = '';
    const push = async () => void (path = await createOnHub(world, source, `noise-${way}`, who));
    rows.push(...(await measure(world, `push of ${totalMib} MiB over ${way}`, push)));
    rows.push(...(await measure(world, `clone of ${totalMib} MiB over ${way}`, () => cloneFromHub(world, who, path))));
  }
  return rows;
}

async function measure(world: World, what: string, work: () => Promise<void>): Promise<Row[]> {
  const { ofHub, ofGit } = await memoryGrowth(world, what, work);
  return [ofHub, ofGit];
}

async function cloneFromHub({ directory }: World, who: GitUser, path: string): Promise<void> {
  const parent = mkdtempSync(join(directory, 'clone-'));
  const args = ['clone', '--bare', '-q', who.remote(path), join(parent, 'clone.git')];
  await who.gitOk(args, { timeoutMs: TIMEOUT_MS });
  rmSync(parent, { recursive: true });
}
