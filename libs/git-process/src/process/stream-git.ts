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
  const git = spawnGit(home, options);
  const output = new PassThrough({ highWaterMark: HIGH_WATER_MARK_BYTES });
  git.stdin.end(options.stdin);
  output.once('close', () => {
    git.stdout.unpipe(output);
    git.stdout.resume();
    git.stop();
  });
  if (options.preamble) output.write(options.preamble);
  git.stdout.pipe(output, { end: false });

  const settle = async (): Promise<void> => {
    await finished(git.stdout, { writable: false }).catch(() => undefined);
    const exit = await git.done;
    if (exit.exitCode === 0) output.end();
    else output.destroy(reasonOf(options.signal) ?? new GitFailed(verbOf(options.args), exit.exitCode, exit.stderr));
  };
  void settle();
  return output;
}

function reasonOf(signal: AbortSignal | undefined): Error | undefined {
  if (!signal?.aborted) return undefined;
  return signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason));
}
