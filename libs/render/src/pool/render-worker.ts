import type { MessagePort } from 'node:worker_threads';
import { yieldToHub } from '@granary/kernel';
import { render } from '../render';
import type { RenderJob, Rendering } from '../rendering';

export interface ThreadTask {
  job: RenderJob;
  /** Hears when the thread takes the task up. */
  started: MessagePort;
}

yieldToHub();

/** The program of a pool's threads (piscina: "default export"). */
export default function perform({ job, started }: ThreadTask): Rendering {
  started.postMessage(null);
  started.close();
  return render(job);
}
