import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { atEnd } from '../support/cleanup';
import type { ScriptRun } from './exceptions';
import { parseTapLine, skippedAltogether, type TestResult } from './tap';

export interface ScriptOptions {
  shell: string;
  script: string;
  args: string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
  timeoutMs: number;
  /** A file descriptor for what it prints besides its results; ours when left out. */
  stderr?: number;
  onResult: (result: TestResult) => void;
}

/** Runs a script that tells its results in TAP, in a process group of its own that ends with it. */
export async function runScript(options: ScriptOptions): Promise<ScriptRun> {
  const { shell, script, args, cwd, env, timeoutMs, stderr = 'inherit', onResult } = options;
  const child = spawn(shell, [`./${script}`, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', stderr],
  });
  if (child.stdout === null) throw new Error('a pipe was asked for');
  const endGroup = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nobody is left of it.
    }
  };
  atEnd(endGroup);
  child.once('exit', endGroup); // whoever still holds the pipe open has nothing left to tell
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup();
  }, timeoutMs);
  const run: ScriptRun = { script, results: [] };
  let planned = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const result = parseTapLine(line);
    if (result) run.results.push(result);
    if (result) onResult(result);
    planned ||= /^1\.\.\d/.test(line);
    const reason = skippedAltogether(line);
    if (reason !== undefined) run.broke = `ran none of its tests: ${reason}`;
  }
  const status = await ended;
  clearTimeout(timer);
  if (late) run.broke = `was not done after ${timeoutMs / 1000} s`;
  else if (!planned) run.broke = `ended before its end, with status ${status}`;
  return run;
}
