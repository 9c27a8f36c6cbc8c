import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { GitHome } from '../home/git-home';
import { GitFailed } from './git-failed';
import { verbOf } from './run-git';
import { spawnGit, type SpawnGitOptions } from './spawn-git';

const HIGH_WATER_MARK_BYTES = 256 * 1024;

export type StreamGitOptions = Pick<SpawnGitOptions, 'args' | 'repositoryPath' | 'env' | 'signal'> & {
  /** Stands before what git prints. */
  preamble?: string;
  stdin?: string;
};

/**
 * What git prints, with back-pressure. The stream ends only after git ended well; otherwise it is destroyed with a
 * {@link GitFailed} or the signal's reason, so that a cut answer is never taken for a complete one. Destroying it
 * ends git.
 */
export function streamGit(home: GitHome, options: StreamGitOptions): Readable {
  options.signal?.throwIfAborted();
  const output = new PassThrough({ highWaterMark: HIGH_WATER_MARK_BYTES });
  if (options.preamble) output.write(options.preamble);
  void fill(output, home, options).catch((error: Error) => output.destroy(error));
  return output;
}

async function fill(output: PassThrough, home: GitHome, options: StreamGitOptions): Promise<void> {
  const git = await spawnGit(home, options);
  git.stdin.end(options.stdin);
  const leave = (): void => {
    git.stdout.unpipe(output);
    git.stdout.resume();
    git.stop();
  };
  if (output.destroyed) return leave();
  output.once('close', leave);
  git.stdout.pipe(output, { end: false });
  await finished(git.stdout, { writable: false }).catch(() => undefined);
  const exit = await git.done;
  if (exit.exitCode === 0) output.end();
  else output.destroy(reasonOf(options.signal) ?? new GitFailed(verbOf(options.args), exit.exitCode, exit.stderr));
}

function reasonOf(signal: AbortSignal | undefined): Error | undefined {
  if (!signal?.aborted) return undefined;
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
