import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 10;

/** pg_ctl(1): "fast" ends sessions and writes a checkpoint, "immediate" does not; a kill is the end of patience. */
const ESCALATION = ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const;

type Condition = () => boolean | Promise<boolean>;

/** Waits until `ended` is true, at most `timeoutMs`. @returns the last answer. */
export async function waitUntil(ended: Condition, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await ended())) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Ends a postmaster, ever more firmly, each way given `patienceMs`. @returns whether it ended. */
export async function shutDown(pid: number, ended: Condition, patienceMs: number): Promise<boolean> {
  for (const signal of ESCALATION) {
    if (await ended()) return true;
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    if (await waitUntil(ended, patienceMs)) return true;
  }
  return ended();
}
