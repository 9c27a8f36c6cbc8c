import { DIRECT, type Launcher } from '../launch/launcher';
import { spawnSupervised, type GitProcess } from './spawn-git';

export interface SpawnToolOptions {
  /** A program's name; never passes through a shell. */
  command: string;
  args: readonly string[];
  /** Directories in the form of `PATH`. */
  searchPath: string;
  /** The owner: when it fires, the whole process group is gone within five seconds. */
  signal?: AbortSignal;
  launcher?: Launcher;
}

/**
 * A program beside git, in a process group of its own and with an empty environment: options of the hub's own
 * (`XZ_OPT`, `ZSTD_CLEVEL`) must not reach it.
 *
 * @throws the signal's reason when it has fired already.
 * @throws DomainError `unavailable` when no process could be started.
 */
export function spawnTool({ command, args, searchPath, signal, launcher }: SpawnToolOptions): Promise<GitProcess> {
  return spawnSupervised(launcher ?? DIRECT, { command, args, env: { PATH: searchPath, LC_ALL: 'C' } }, { signal });
}
