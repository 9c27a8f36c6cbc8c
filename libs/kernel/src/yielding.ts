import { writeFile } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * How much readier the hub's own thread is to run than what works for one request: where there are fewer cores than work,
 * it takes its turn first, for it serves everybody. Steps of setpriority(2), of which each is a quarter of the share.
 */
const NICENESS = 5;
/** Of a session, which competes with all of the hub: its own thread, the pages' and the renderers together. */
const SESSION_NICENESS = 10;
/** Of what nobody waits for. */
const BACKGROUND_NICENESS = 19;
/** Who is not root may change the niceness of ten sessions in a second, on the whole machine. */
const PAUSE_MS = 150;

/** Lets the hub's own thread go before a process, or before the thread that calls (0). Never fails: it is a favour. */
export function yieldToHub(pid = 0): void {
  try {
    setPriority(pid, NICENESS);
  } catch {
    // The process is gone, or a sandbox does not allow it.
  }
}

/**
 * Lets the hub's own thread go before a process that leads a session, and before all in it. Linux deals out the processor
 * to sessions, and looks at the niceness of processes inside one session alone (sched(7), "The autogroup feature").
 *
 * @param isBackground whether it yields to everybody else, too.
 * @param isAlive whether the process still runs: where the system asks for patience, it is tried again until it does not.
 */
export async function yieldSessionToHub(
  pid: number,
  { isBackground, isAlive }: { isBackground: boolean; isAlive: () => boolean },
): Promise<void> {
  if (!isBackground) yieldToHub(pid);
  const niceness = isBackground ? BACKGROUND_NICENESS : SESSION_NICENESS;
  while (isAlive()) {
    const refusal = await writeFile(`/proc/${pid}/autogroup`, String(niceness), { flag: 'r+' }).then(
      () => null,
      (error: NodeJS.ErrnoException) => error.code,
    );
    // Elsewhere there are no such groups, or a sandbox hides them.
    if (refusal !== 'EAGAIN') return;
    await pause(PAUSE_MS, undefined, { ref: false });
  }
}
