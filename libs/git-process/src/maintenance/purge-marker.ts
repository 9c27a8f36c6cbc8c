import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the repository's directory; its time of change tells when objects were last purged there. */
const MARKER = 'granary-purged';

/**
 * Which state of the repository what was read from it belongs to. It changes with each purge: whoever keeps what git
 * said for longer than a request, in whatever process, compares it before handing that out again.
 *
 * One look at a file's times, which takes microseconds, so that nothing has to be told to anybody.
 */
export function purgeGeneration(repositoryPath: string): number {
  return statSync(join(repositoryPath, MARKER), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

export async function markPurged(repositoryPath: string, now: Date): Promise<void> {
  await writeFile(join(repositoryPath, MARKER), `${now.toISOString()}\n`);
}
