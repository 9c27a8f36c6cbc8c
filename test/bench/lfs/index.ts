import { run } from '../../support';
import type { Row } from '../report';
import { batchRate } from './batches';
import { memoryOfStockClient, transfersOfOneObject } from './transfers';
import { openWorld } from './world';

export interface LfsBenchOptions {
  runs: number;
  /** For each measurement of a rate. */
  seconds: number;
  /** Of the object that goes up and down by curl. */
  objectMib: number;
  /** Of the object that memory is measured with. */
  largeMib: number;
  /** Objects in the database for the second measurement of batches. */
  manyObjects: number;
  say(text: string): void;
}

/** Git LFS on the embedded store. Nothing is judged: the rows carry their targets. */
export async function benchLfs(options: LfsBenchOptions): Promise<{ title: string; rows: Row[] }> {
  const world = await openWorld(options.runs, options.say);
  const rows = [
    ...(await transfersOfOneObject(world, options.objectMib)),
    ...(await batchRate(world, { many: options.manyObjects, seconds: options.seconds })),
    ...(await memoryOfStockClient(world, options.largeMib)),
  ];
  const [lfs, nginx] = await Promise.all([run('git', ['lfs', 'version']), run('nginx', ['-v'])]);
  const title = `lfs: the hub beside its peers, medians of ${options.runs} interleaved runs`;
  return { title: `${title}\n${lfs.stdout.trim()}; ${nginx.stderr.trim()}`, rows };
}
