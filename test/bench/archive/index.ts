import { quiet } from '../git/world';
import type { Row } from '../report';
import { lfsArchives, sourceArchives, versions } from './rows';
import { openWorld, sourceTrees } from './world';

export interface ArchiveBenchOptions {
  runs: number;
  /** Of the source tree. */
  treeFiles: number;
  /** Of the LFS object. */
  objectMib: number;
  say(text: string): void;
}

/** Archives. Nothing is judged: the rows carry their targets. */
export async function benchArchive(options: ArchiveBenchOptions): Promise<{ title: string; rows: Row[] }> {
  const world = await openWorld(options.runs, options.say);
  const trees = await sourceTrees(world, options.treeFiles);
  await quiet(world);
  const rows = [...(await sourceArchives(world, trees)), ...(await lfsArchives(world, options.objectMib))];
  const title = `archive: the hub beside its peers, medians of ${options.runs} interleaved runs; ${options.treeFiles} source files`;
  return { title: `${title}\n${await versions()}`, rows };
}
