import { setPriority } from 'node:os';

/**
 * How much readier the hub's own thread is to run than what works for one request: where there are fewer cores than work,
 * it takes its turn first, for it serves everybody. Steps of setpriority(2), of which each is a quarter of the share.
 */
const NICENESS = 5;

/** Lets the hub's own thread go before a process, or before the thread that calls (0). Never fails: it is a favour. */
export function yieldToHub(pid = 0): void {
  try {
    setPriority(pid, NICENESS);
  } catch {
    // The process is gone, or a sandbox does not allow it.
  }
}
