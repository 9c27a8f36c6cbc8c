import { setTimeout as sleep } from 'node:timers/promises';
import { quiet } from './git/world';
import { peakMemory, residentMib } from './process-usage';
import type { Row } from './report';
import type { Hub } from '../support';

/** For what the setup left to be collected. */
const REST_MS = 3_000;

/** How much the hub's own process grows over its idle while `work` runs, and what git takes beside it. */
export async function memoryGrowth(
  world: { hub: Hub; say(text: string): void },
  what: string,
  work: () => Promise<unknown>,
): Promise<{ ofHub: Row; ofGit: Row }> {
  world.say(`Memory: ${what}`);
  await quiet(world);
  await sleep(REST_MS);
  const { pid } = world.hub.process;
  const idleMib = residentMib(pid);
  const peak = await peakMemory(pid, work);
  const common = { size: null, unit: 'MiB' as const, peer: null };
  const beside = `its own idle, ${Math.round(idleMib)} MiB`;
  return {
    ofHub: { ...common, what: `memory: ${what}`, hub: [peak.hub - idleMib], beside, target: '≤ 64 MiB' },
    ofGit: { ...common, what: `memory: ${what}, git beside it`, hub: [peak.git], beside: 'nothing', target: '' },
  };
}
