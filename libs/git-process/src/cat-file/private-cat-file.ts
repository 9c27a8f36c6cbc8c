import type { GitHome } from '../home/git-home';
import { BatchProcess, type BatchProcessOptions } from './batch-process';
import { CatFile } from './cat-file';

export interface PrivateCatFile {
  catFile: CatFile;
  /** Ends the process, if one was started. */
  close(): Promise<void>;
}

/**
 * A `cat-file` process outside the pool, for one piece of work with an environment of its own: the quarantine of a
 * push. Ends with its signal or by `close`, whichever is first.
 */
export function openPrivateCatFile(home: GitHome, options: BatchProcessOptions): PrivateCatFile {
  let process: BatchProcess | null = null;
  let isClosed = false;
  const current = (): BatchProcess => {
    if (isClosed) throw new Error('this cat-file process was closed');
    if (!process?.isAlive) process = new BatchProcess(home, options);
    return process;
  };
  return {
    catFile: new CatFile(home, { use: async (work) => work(current()) }, options),
    close: async () => {
      isClosed = true;
      await process?.close();
    },
  };
}
