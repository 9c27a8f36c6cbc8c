import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { exitStatusOf } from './interruption.mjs';
import { ROOT } from './paths.mjs';

/** Runs a TypeScript program of the test tree as a process of its own, and takes its exit status. */
export function runTypescript(program, args) {
  const hook = join(ROOT, 'tools/lib/typescript-hook.cjs');
  const child = spawn(process.execPath, ['--require', hook, join(ROOT, program), ...args], {
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  // The terminal gives Ctrl-C to both; the program ends what it started, and we wait for it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('exit', (code, signal) => (process.exitCode = code ?? exitStatusOf(signal)));
}
