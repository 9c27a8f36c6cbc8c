/** Until SIGTERM becomes SIGKILL; with the hang-up before it, a stopped process is gone within five seconds. */
export const TERMINATE_GRACE_MS = 3_000;

/** How long a process that was hung up on may take to finish by itself. */
export const HANG_UP_GRACE_MS = 1_000;

/** Signals a process group; one that is gone already is no error. */
export function signalGroup(leaderPid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leaderPid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
