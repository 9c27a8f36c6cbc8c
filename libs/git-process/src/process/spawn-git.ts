import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { DomainError } from '@granary/kernel';
import { gitEnvironment, type ExtraEnvironment } from '../home/git-environment';
import type { GitHome } from '../home/git-home';
import { DIRECT, type LaunchedProgram, type Launcher, type Program } from '../launch/launcher';
import { programOf, type GitArgument } from './git-argument';
import { STDERR_TAIL_BYTES } from './git-failed';
import { HANG_UP_GRACE_MS, ProcessGroup } from './process-group';
import { TextTail } from './text-tail';

export interface SpawnGitOptions {
  /** The subcommand and its arguments; never passes through a shell. */
  args: readonly GitArgument[];
  /** Absolute path of the bare repository, given to git as `--git-dir`. */
  repositoryPath?: string;
  /** Added to the environment of {@link gitEnvironment}. */
  env?: ExtraEnvironment;
  /** The owner: when it fires, the whole process group is gone within five seconds. */
  signal?: AbortSignal;
  /**
   * What happens first when the signal fires. `terminate` (default) sends SIGTERM at once. `hangUp` closes standard
   * input and lets git tidy up and leave by itself for a second: right for receive-pack, which may be moving refs.
   */
  onAbort?: 'terminate' | 'hangUp';
  /** `tail` (default) keeps its end for {@link GitExit}; `stream` hands it to the caller, who must consume it. */
  stderr?: 'tail' | 'stream';
  /**
   * `low` for work that nobody waits for: git and what it starts yield the processor to everyone else, and on Linux the
   * disk too, whose priority follows (ionice(1)). Through nice(1), since what git starts at once must inherit it.
   */
  priority?: 'normal' | 'low';
  /** Opens two more descriptors in the child: 3 (child to hub) and 4 (hub to child). */
  withChannel?: boolean;
}

export interface GitExit {
  /** `null` when a signal ended the process. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** The end of standard error; empty with `stderr: 'stream'`. */
  stderr: string;
}

export interface GitProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  /** Only with `stderr: 'stream'`. */
  readonly stderr: Readable | null;
  /** Only with `withChannel`: what the child writes to its descriptor 3 and reads from its descriptor 4. */
  readonly channel: { fromChild: Readable; toChild: Writable } | null;
  /** Resolves once git has exited and its whole process group has been signalled; never rejects. */
  readonly done: Promise<GitExit>;
  /** Ends the process group as an abort would. Safe to call at any time, any number of times. */
  stop(): void;
}

/**
 * Starts git in a process group of its own, with the environment of {@link gitEnvironment}.
 *
 * @throws the signal's reason when it has fired already.
 * @throws DomainError `unavailable` when no process could be started.
 */
export async function spawnGit(home: GitHome, options: SpawnGitOptions): Promise<GitProcess> {
  const gitDir = options.repositoryPath === undefined ? [] : [`--git-dir=${options.repositoryPath}`];
  const isBackground = options.priority === 'low';
  const [command = 'git', ...prefix] = isBackground ? ['nice', '-n', '19', 'git'] : ['git'];
  const program = {
    ...programOf([command, ...prefix, ...gitDir, ...options.args]),
    env: gitEnvironment(home, options.env),
    withChannel: options.withChannel,
    isBackground,
  };
  return spawnSupervised(home.launcher ?? DIRECT, program, options);
}

type Supervision = Pick<SpawnGitOptions, 'signal' | 'onAbort' | 'stderr'>;

/** Starts a program and ends it, and all that it started, with its owner's signal. Throws as {@link spawnGit} does. */
export async function spawnSupervised(launcher: Launcher, program: Program, options: Supervision): Promise<GitProcess> {
  options.signal?.throwIfAborted();
  const launched = await launcher.launch(program).catch((error: unknown) => {
    const hint = `Is it in ${program.env['PATH']}, and are processes and file descriptors left?`;
    throw new DomainError('unavailable', `${program.command} could not be started`, { hint, cause: error });
  });
  return supervise(launched, options);
}

function supervise(launched: LaunchedProgram, options: Supervision): GitProcess {
  const { pid, stdin, stdout, stderr, channel } = launched;
  // Git that leaves early breaks these pipes; its exit code tells the story.
  for (const stream of [stdin, channel?.fromChild, channel?.toChild]) stream?.on('error', () => undefined);

  const group = new ProcessGroup(pid);
  const hangUpMs = options.onAbort === 'hangUp' ? HANG_UP_GRACE_MS : 0;
  const stop = (): void => {
    if (!group.end(hangUpMs)) return;
    stdin.destroy();
    // A git that is blocked on a full pipe could not tidy up.
    if (hangUpMs > 0) stdout.resume();
  };
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  const done = exitOf(launched, options, () => group.leaderExited()).finally(() =>
    options.signal?.removeEventListener('abort', stop),
  );
  return { pid, stdin, stdout, stderr: options.stderr === 'stream' ? stderr : null, channel, done, stop };
}

async function exitOf(launched: LaunchedProgram, options: Supervision, onExit: () => void): Promise<GitExit> {
  const { stdin, stdout, stderr, channel } = launched;
  const tail = new TextTail(STDERR_TAIL_BYTES);
  if (options.stderr !== 'stream') stderr.on('data', (chunk: Buffer) => tail.push(chunk));
  const { exitCode, signal } = await launched.exited;
  onExit();
  stdin.destroy();
  // Who has not begun to read by now never will, and what is unread would stay open.
  setImmediate(() => [stdout, stderr].forEach((stream) => stream.readable && stream.resume()));
  if (options.stderr !== 'stream') await finished(stderr, { writable: false }).catch(() => undefined);
  channel?.fromChild.destroy();
  channel?.toChild.destroy();
  return { exitCode, signal, stderr: tail.toString() };
}
