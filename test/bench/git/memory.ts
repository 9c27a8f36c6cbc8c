import { mkdtempSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { peakMemory, residentMib } from '../process-usage';
import type { Row } from '../report';
import { generateNoise } from './generate';
import { createOnHub, quiet, type World } from './world';

const TIMEOUT_MS = 900_000;
/** For what the setup left to be collected. */
const REST_MS = 3_000;

/** How much the hub's own process grows while one large repository is pushed to it and cloned from it. */
export async function memoryOfLargeTransfers(world: World, totalMib: number): Promise<Row[]> {
  const { hub, alice, directory, say } = world;
  say(`Generating ${totalMib} MiB that do not compress`);
  const source = join(directory, 'noise.git');
  await generateNoise(source, totalMib);
  const { pid } = hub.process;
  const measure = async (what: string, work: () => Promise<unknown>): Promise<Row[]> => {
    say(`Memory: ${what}`);
    await quiet(world);
    await sleep(REST_MS);
    const idleMib = residentMib(pid);
    const peak = await peakMemory(pid, work);
    const common = { size: null, unit: 'MiB' as const, peer: null };
    return [
      { ...common, what: `memory: ${what}`, hub: [peak.hub - idleMib], beside: 'its own idle', target: '≤ 64 MiB' },
      { ...common, what: `memory: ${what}, git beside it`, hub: [peak.git], beside: 'nothing', target: '' },
    ];
  };
  const pushed = await measure(`push of ${totalMib} MiB`, () => createOnHub(world, source, 'noise'));
  const parent = mkdtempSync(join(directory, 'clone-'));
  const args = ['clone', '--bare', '-q', alice.remote('alice/noise'), join(parent, 'clone.git')];
  const cloned = await measure(`clone of ${totalMib} MiB`, () => alice.gitOk(args, { timeoutMs: TIMEOUT_MS }));
  rmSync(parent, { recursive: true });
  return [...pushed, ...cloned];
}
