import { spawn } from 'node:child_process';
import { clearTimeout, setTimeout } from 'node:timers';
import { Interrupted, interruption } from './interruption.mjs';
import { ROOT } from './paths.mjs';
import { killTree } from './process-tree.mjs';

/**
 * Runs a Node program with our output, and ends it with everything that it started after `timeoutMinutes`.
 *
 * @returns `{ok, timedOut}`.
 * @throws Interrupted when the user stopped it.
 */
export function runVisible({ args, env, timeoutMinutes }) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killTree(child.pid, 'SIGKILL');
    }, timeoutMinutes * 60_000);
    const stop = () => killTree(child.pid, 'SIGTERM');
    interruption.addEventListener('abort', stop, { once: true });
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      interruption.removeEventListener('abort', stop);
      if (interruption.aborted) reject(new Interrupted(interruption.reason));
      else resolve({ ok: code === 0, timedOut });
    });
  });
}
