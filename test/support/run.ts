import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';

export interface RunOptions {
  cwd?: string;
  /** The whole environment; ours when left out. */
  env?: NodeJS.ProcessEnv;
  input?: string | Buffer;
  timeoutMs?: number;
  uid?: number;
  gid?: number;
}

export interface RunResult {
  /** Null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end. A failing program is a result, not an error.
 * @throws Error when it cannot be started or takes longer than `timeoutMs` (a minute when left out).
 */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<RunResult> {
  const { input, timeoutMs = 60_000, ...spawnOptions } = options;
  return new Promise((resolve, reject) => {
    // A group of its own, so that what it started ends with it.
    const child = spawn(command, args, { ...spawnOptions, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
    giveNiceness(child.pid);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      const text = [command, ...args].join(' ');
      if (late) reject(new Error(`${text}: not done after ${timeoutMs} ms\n${output.stdout}${output.stderr}`));
      else resolve({ code, ...output });
    });
    child.stdin.on('error', () => undefined); // it may end without reading what it was given
    child.stdin.end(input);
  });
}

/** Lets others go before this program and what it starts from now on. */
export function beNice(niceness: number): void {
  setPriority(niceness);
  giveNiceness(process.pid);
}

/** Niceness is inherited, and holds inside one session alone: a new one has its own (sched(7), autogroup). */
function giveNiceness(pid: number | undefined): void {
  const niceness = getPriority();
  if (pid === undefined || niceness === 0) return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(niceness), { flag: 'r+' });
  } catch {
    // It has ended, or this system has no such groups.
  }
}

/** Like {@link run}, where anything but status 0 is an error. @returns standard output. */
export async function runOk(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await run(command, args, options);
  if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: status ${code}\n${stdout}${stderr}`);
  return stdout;
}
