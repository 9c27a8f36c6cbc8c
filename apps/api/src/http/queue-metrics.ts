import type { FailedEventsService, JobFailuresService } from '@granary/forge';
import type { JobQueue } from '@granary/job-queue';
import { Gauge, type Registry } from 'prom-client';

/** Jobs of the queues; events of the outbox, and what failed for good, over all processes. */
export function measureQueues(
  registry: Registry,
  { queue, events, failures }: { queue: JobQueue; events: FailedEventsService; failures: JobFailuresService },
): void {
  const jobs = new Gauge({
    name: 'granary_jobs',
    help: 'Jobs by queue and state',
    labelNames: ['queue', 'state'],
    registers: [registry],
    async collect() {
      const counts = await queue.counts().catch(() => ({}));
      for (const [name, states] of Object.entries(counts)) {
        for (const [state, count] of Object.entries(states)) jobs.set({ queue: name, state }, count);
      }
    },
  });
  const outbox = new Gauge({
    name: 'granary_events',
    help: 'Events of the outbox that are not settled, by state; failed ones are given up until they are asked for again',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await events.counts().catch(() => null);
      if (!counts) return;
      outbox.set({ state: 'waiting' }, counts.waiting);
      outbox.set({ state: 'in_progress' }, counts.inProgress);
      outbox.set({ state: 'failed' }, counts.failed);
    },
  });
  const oldest = new Gauge({
    name: 'granary_events_oldest_seconds',
    help: 'Age of the oldest event that is not settled',
    registers: [registry],
    async collect() {
      const seconds = await events.oldestSeconds().catch(() => null);
      if (seconds !== null) oldest.set(seconds);
    },
  });
  const failed = new Gauge({
    name: 'granary_failed_jobs',
    help: 'Jobs that failed at every try; granary queue status names them',
    registers: [registry],
    async collect() {
      const count = await failures.count().catch(() => null);
      if (count !== null) failed.set(count);
    },
  });
}
