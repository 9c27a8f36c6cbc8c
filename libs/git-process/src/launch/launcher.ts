import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { signalGroup } from './signal-group';

export interface Program {
  /** A name to be found in the `PATH` of `env`; never passes through a shell. */
  command: string;
  args: readonly string[];
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
  /** Opens two more descriptors in the child: 3 (child to hub) and 4 (hub to child). */
  withChannel?: boolean;
  /** Nobody waits for it: a fork server has its session yield the processor to every other. */
  isBackground?: boolean;
}

export interface ProgramExit {
  /** `null` when a signal ended the process. */
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

/** A child that leads a process group of its own, which is killed when the child has exited. */
export interface LaunchedProgram {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly channel: { fromChild: Readable; toChild: Writable } | null;
  /** Never rejects. */
  readonly exited: Promise<ProgramExit>;
}

/** Since the hub started. */
export interface LaunchCounts {
  started: number;
  failed: number;
  /** That have not exited yet. */
  running: number;
  /** How often the fork server itself was started; more than once when it was killed. */
  forkServers: number;
}

export interface Launcher {
  /** Of a fork server. */
  readonly counts?: Readonly<LaunchCounts>;
  /** Starts a program in `/`. @throws Error of the system (`ENOENT`, `EAGAIN`, …) when it cannot be started. */
  launch(program: Program): Promise<LaunchedProgram>;
}

/** Starts children of this process: right for a command that starts a few. */
export const DIRECT: Launcher = {
  async launch({ command, args, env, withChannel }) {
    const child = spawn(command, args, {
      cwd: '/',
      detached: true,
      env,
      stdio: ['pipe', 'pipe', 'pipe', ...(withChannel ? (['pipe', 'pipe'] as const) : [])],
    });
    if (child.pid === undefined) {
      const [error] = (await once(child, 'error', { signal: AbortSignal.timeout(1_000) })) as [Error];
      throw error;
    }
    // A signal that could not be sent is told here.
    child.on('error', () => undefined);
    return describe(child, child.pid);
  },
};

function describe(child: ChildProcess, pid: number): LaunchedProgram {
  const [stdin, stdout, stderr, fromChild, toChild] = child.stdio;
  const exited = once(child, 'exit').then(([exitCode, signal]) => {
    signalGroup(pid, 'SIGKILL');
    return { exitCode, signal } as ProgramExit;
  });
  return {
    pid,
    stdin: stdin as Writable,
    stdout: stdout as Readable,
    stderr: stderr as Readable,
    channel: fromChild ? { fromChild: fromChild as Readable, toChild: toChild as Writable } : null,
    exited,
  };
}
