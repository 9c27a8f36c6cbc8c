import { QueueReportService } from '@granary/forge';
import { visible } from '@granary/kernel';
import type { INestApplicationContext } from '@nestjs/common';
import type { CheckResult } from './checks';

const MANY_SECONDS = 15 * 60;

/** Events that nobody was told of, and jobs that failed at every try. */
export async function checkEvents(app: INestApplicationContext): Promise<CheckResult> {
  const { events, failures, failureCount } = await app.get(QueueReportService).report();
  const waitsSeconds = events.oldestAt ? (Date.now() - events.oldestAt.getTime()) / 1000 : 0;
  const problems = failures.map(
    ({ id, what, subject, reason }) =>
      `${what} of ${visible(subject)} failed for good (${id}): ${reason}; try again with granary queue status --retry`,
  );
  if (failureCount > failures.length) problems.push(`and ${failureCount - failures.length} more that failed for good`);
  if (waitsSeconds > MANY_SECONDS) {
    problems.push(`an event waits since ${events.oldestAt?.toISOString()}: does a process with workers run?`);
  }
  return { summary: `${events.waiting + events.inProgress} events under way`, problems };
}
