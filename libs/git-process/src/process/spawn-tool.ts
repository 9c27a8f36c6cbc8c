import { spawn } from 'node:child_process';
import { DomainError } from '@granary/kernel';
import { superviseChild, type GitProcess } from './spawn-git';

export interface SpawnToolOptions {
  /** A program's name; never passes through a shell. */
  command: string;
  args: readonly string[];
  /** Directories in the form of `PATH`. */
  searchPath: string;
  /** The owner: when it fires, the whole process group is gone within five seconds. */
  signal?: AbortSignal;
}

/**
 * A program beside git, in a process group of its own and with an empty environment: options of the hub's own
 * (`XZ_OPT`, `ZSTD_CLEVEL`) must not reach it.
 *
 * @throws the signal's reason when it has fired already.
 * @throws DomainError `unavailable` when no process could be started.
 */
export function spawnTool(options: SpawnToolOptions): GitProcess {
  options.signal?.throwIfAborted();
  const child = spawn(options.command, options.args, {
    cwd: '/',
    detached: true,
    env: { PATH: options.searchPath, LC_ALL: 'C' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // A child that could not be started reports that here too, after the throw below.
  child.on('error', () => undefined);
  if (child.pid === undefined) {
    throw new DomainError('unavailable', `${options.command} could not be started`, {
      hint: `Is it in ${options.searchPath}, and are processes and file descriptors left?`,
    });
  }
  const { stdin, stdout, stderr } = child;
  return superviseChild(child, { stdin, stdout, stderr, channel: null }, options);
}
