import { MessageChannel } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import type { RenderJob, Rendering } from '../rendering';
import type { ThreadTask } from './render-worker';

interface Run {
  job: RenderJob;
  limits: { waitMs: number; deadlineMs: number };
  /** The reader's: nobody waits for the job any more. */
  signal?: AbortSignal;
}

/** `busy`: no thread was free in time. `too_slow`: the job's thread was ended at its deadline. */
export class NotInTime extends Error {
  constructor(readonly reduction: 'busy' | 'too_slow') {
    super(reduction);
  }
}

/**
 * The job's time begins when its thread says so: neither those ahead of it nor the start of a thread cost it any.
 *
 * @throws NotInTime; the reader's reason; what ended the thread.
 */
export async function runOnThread(pool: Piscina<ThreadTask, Rendering>, run: Run): Promise<Rendering> {
  const { job, limits, signal } = run;
  const { port1: begun, port2: started } = new MessageChannel();
  const late = new AbortController();
  const give = (reduction: NotInTime['reduction']) => () => late.abort(new NotInTime(reduction));
  let timer = setTimeout(give('busy'), limits.waitMs);
  begun.once('message', () => {
    clearTimeout(timer);
    timer = setTimeout(give('too_slow'), limits.deadlineMs);
  });
  const signals = AbortSignal.any([late.signal, ...(signal ? [signal] : [])]);
  try {
    return await pool.run({ job, started }, { signal: signals, transferList: [started] });
  } catch (error) {
    late.signal.throwIfAborted();
    throw error;
  } finally {
    clearTimeout(timer);
    begun.close();
  }
}
