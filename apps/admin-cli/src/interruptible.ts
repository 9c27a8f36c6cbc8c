const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs `work` so that Ctrl-C and SIGTERM fire its signal instead of ending the process: what it started (git in a
 * process group of its own) would otherwise go on without an owner.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const owner = new AbortController();
  const stop = (signal: NodeJS.Signals): void => owner.abort(new Error(`stopped by ${signal}`));
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await work(owner.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
