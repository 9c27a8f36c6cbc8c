const controller = new globalThis.AbortController();

/** Aborts when the user stops the command before the hub runs; each step ends its processes then. */
export const interruption = controller.signal;

/**
 * Turns the first SIGINT or SIGTERM into an abort of {@link interruption}.
 * @returns a function that takes the handlers away again.
 */
export function catchInterruption() {
  const abort = (signal) => controller.abort(signal);
  process.on('SIGINT', abort).on('SIGTERM', abort);
  return () => process.off('SIGINT', abort).off('SIGTERM', abort);
}

/** The status that a shell expects of a process that `signal` stopped. */
export const exitStatusOf = (signal) => ({ SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 })[signal] ?? 1;

export class Interrupted extends Error {
  constructor(signal) {
    super(`stopped by ${signal}`);
    this.exitStatus = exitStatusOf(signal);
  }
}
