import type { QueueReport as View } from '@granary/api-contract';
import type { QueueReport } from '@granary/forge';

export function presentQueues({ queues, events, failureCount, failures }: QueueReport): View {
  return {
    queues,
    events: {
      waiting: events.waiting,
      in_progress: events.inProgress,
      failed: events.failed,
      oldest_at: events.oldestAt?.toISOString() ?? null,
    },
    failure_count: failureCount,
    failures: failures.map(({ failedAt, id, what, subject, reason, times }) => ({
      ...{ id, what, subject, reason, times },
      failed_at: failedAt.toISOString(),
    })),
  };
}
