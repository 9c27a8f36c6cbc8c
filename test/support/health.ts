import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { atEnd } from './cleanup';
import type { Hub } from './hub';

export interface HealthAnswers {
  /** Of the slowest answer. */
  worstMs: number;
  count: number;
  failed: number;
}

const EVERY_MS = 20;

/** Asks the hub for its health from another process, until it is stopped; each time by a connection of its own. */
export async function watchHealth(hub: Hub): Promise<{ stop(): Promise<HealthAnswers> }> {
  const probe = fork(join(__dirname, 'health-probe.mjs'), [`${hub.url}/health/live`, String(EVERY_MS)], {
    // A session of its own: what its parent yields to others is not the probe's to wait for (sched(7), autogroup).
    detached: true,
  });
  atEnd(() => void probe.kill());
  await once(probe, 'message');
  return {
    stop: async () => {
      const answered = once(probe, 'message');
      probe.send('stop');
      const [answers] = (await answered) as [HealthAnswers];
      return answers;
    },
  };
}
