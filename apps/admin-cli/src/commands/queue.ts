import { QueueReportService, type QueueReport } from '@granary/forge';
import { visible } from '@granary/kernel';
import type { Command } from '../command';
import { table } from '../table';

export const showQueue: Command = {
  name: 'queue status',
  usage: '[--retry]',
  summary:
    'Print what waits in the outbox and the queues, and the events and jobs that failed for good; with --retry they are tried again.',
  arity: 0,
  options: { retry: { type: 'boolean' } },
  async run({ options, hub }) {
    const queues = (await hub()).get(QueueReportService);
    const report = await queues.report();
    const retried = options['retry'] === true ? await queues.retryAll() : 0;
    return {
      text: [...linesOf(report), ...(retried > 0 ? [`${retried} are tried again.`] : []), ''].join('\n'),
      json: { ...present(report), retried },
      exitCode: report.failureCount > retried ? 1 : 0,
    };
  },
};

function linesOf({ queues, events, failureCount, failures }: QueueReport): string[] {
  const rows = Object.entries(queues ?? {}).map(([name, counts]) => [
    name,
    ...['waiting', 'active', 'delayed'].map((state) => String(counts[state] ?? 0)),
  ]);
  const since = events.oldestAt ? `, the oldest since ${events.oldestAt.toISOString()}` : '';
  return [
    queues ? table(['QUEUE', 'WAITING', 'ACTIVE', 'DELAYED'], rows).trimEnd() : 'The queue does not answer.',
    `Events: ${events.waiting} waiting, ${events.inProgress} in progress${since}.`,
    failureCount === 0 ? 'Nothing has failed for good.' : `${failureCount} failed for good:`,
    ...failures.map(
      ({ id, what, subject, reason, times, failedAt }) =>
        `  ${id} ${what} ${visible(subject)}: ${reason} (${times} times, last ${failedAt.toISOString()})`,
    ),
  ];
}

/** As over REST. */
function present({ queues, events, failureCount, failures }: QueueReport) {
  return {
    queues,
    events: {
      waiting: events.waiting,
      in_progress: events.inProgress,
      failed: events.failed,
      oldest_at: events.oldestAt?.toISOString() ?? null,
    },
    failure_count: failureCount,
    failures: failures.map(({ failedAt, ...failure }) => ({ ...failure, failed_at: failedAt.toISOString() })),
  };
}
