import type { Readable } from 'node:stream';
import type { GitRepository } from '../repository/git-repository';
import type { GitArgument } from './git-argument';
import { runGit, type GitOutput, type RunGitOptions } from './run-git';
import { streamGit, type StreamGitOptions } from './stream-git';

type AskOptions = Omit<RunGitOptions, 'args' | 'repositoryPath' | 'env' | 'signal'>;

/** As {@link runGit}, in a repository. */
export function runIn(
  { home, path: repositoryPath, signal, env }: GitRepository,
  args: readonly GitArgument[],
  options: AskOptions = {},
): Promise<GitOutput> {
  return runGit(home, { args, repositoryPath, signal, env, ...options });
}

/** The whole standard output of a short answer. */
export async function readGit(
  repository: GitRepository,
  args: readonly GitArgument[],
  options: AskOptions = {},
): Promise<Buffer> {
  return (await runIn(repository, args, options)).stdout;
}

/**
 * The standard output of git, piece by piece. Who leaves the loop early ends git.
 *
 * @throws GitFailed when git fails before its reader has enough.
 */
export function outputOf(
  { home, path: repositoryPath, signal, env }: GitRepository,
  args: readonly GitArgument[],
  options: Pick<StreamGitOptions, 'stdin'> = {},
): Readable {
  return streamGit(home, { args, repositoryPath, signal, env, ...options });
}

/** The beginning of what git said. */
export interface Prefix {
  output: Buffer;
  /** There is more. */
  isCut: boolean;
}

/** At most `maxBytes` of git's standard output; git is ended when it has more to say. */
export async function readGitPrefix(
  repository: GitRepository,
  args: readonly GitArgument[],
  maxBytes: number,
): Promise<Prefix> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of outputOf(repository, args) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) break;
  }
  return { output: Buffer.concat(chunks).subarray(0, maxBytes), isCut: sizeBytes > maxBytes };
}
