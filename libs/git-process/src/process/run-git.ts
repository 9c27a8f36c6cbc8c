import type { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import type { GitArgument } from './git-argument';
import { GitFailed } from './git-failed';
import { feedStdin } from './plumbing';
import { spawnGit, type GitProcess, type SpawnGitOptions } from './spawn-git';

/** Enough for any answer that is read whole; what may be longer is streamed with {@link spawnGit}. */
const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface RunGitOptions extends Pick<
  SpawnGitOptions,
  'args' | 'repositoryPath' | 'env' | 'signal' | 'priority'
> {
  stdin?: Buffer | string | Readable;
  /** More output than this ends the process. 64 MiB by default. */
  maxOutputBytes?: number;
  /** Exit codes that are answers; any other throws. `[0]` by default. */
  acceptExitCodes?: readonly number[];
}

export interface GitOutput {
  stdout: Buffer;
  /** The end of standard error. */
  stderr: string;
  exitCode: number;
}

/**
 * Runs git to its end and returns what it printed.
 *
 * @throws GitFailed on an exit code that is not accepted, on a signal, and on too much output.
 * @throws the signal's reason when it fired; the process is gone by then.
 */
export async function runGit(home: GitHome, options: RunGitOptions): Promise<GitOutput> {
  const verb = verbOf(options.args);
  const git = await spawnGit(home, options);
  const [stdout, , exit] = await Promise.all([
    collect(git, options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES),
    feed(git, options.stdin),
    git.done,
  ]);
  options.signal?.throwIfAborted();
  if (stdout === null) throw new GitFailed(verb, exit.exitCode, 'printed more than its caller allows');
  if (exit.exitCode === null || !(options.acceptExitCodes ?? [0]).includes(exit.exitCode)) {
    throw new GitFailed(verb, exit.exitCode, exit.stderr);
  }
  return { stdout, stderr: exit.stderr, exitCode: exit.exitCode };
}

/** The subcommand of an argument vector, past `-c name=value` and other options of git itself. */
export function verbOf(args: readonly GitArgument[]): string {
  for (let index = 0; index < args.length; index++) {
    const arg = String(args[index]);
    if (arg === '-c') index++;
    else if (!arg.startsWith('-')) return arg;
  }
  return '';
}

async function collect(git: GitProcess, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  git.stdout.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes <= maxBytes) chunks.push(chunk);
    else git.stop();
  });
  await new Promise<void>((resolve) => git.stdout.once('close', resolve));
  return sizeBytes <= maxBytes ? Buffer.concat(chunks) : null;
}

async function feed(git: GitProcess, input: RunGitOptions['stdin']): Promise<void> {
  if (input === undefined || typeof input === 'string' || Buffer.isBuffer(input)) {
    git.stdin.end(input);
    return;
  }
  try {
    await feedStdin(input, git.stdin);
  } catch (error) {
    git.stop();
    await git.done;
    throw error;
  }
}
