import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { JOB_QUEUE } from '../database/tokens';
import { AuditService } from '../audit';
import { DataSource } from 'typeorm';
import { FailedEventsService, type EventCounts } from '../events';
import { JobFailuresService } from './job-failures.service';
import type { HubQueue, QueueName } from './catalogue';

const MOST_FAILURES = 100;
const EVENT = 'event-';
const JOB = 'job-';

/** An event or a job that failed at every try. */
export interface QueueFailure {
  /** `event-<uuid>` or `job-<number>`. */
  id: string;
  /** `push`, `create`, …, or the name of a job. */
  what: string;
  /** What it is about: a repository and a ref, or the job's payload. */
  subject: string;
  reason: string;
  times: number;
  failedAt: Date;
}

export interface QueueReport {
  /** Null while the queue is away. */
  queues: Record<QueueName, Record<string, number>> | null;
  events: EventCounts;
  failureCount: number;
  /** The latest, events first. */
  failures: QueueFailure[];
}

/** What waits, and what failed for good, for whoever runs the hub. */
@Injectable()
export class QueueReportService {
  constructor(
    private readonly database: DataSource,
    private readonly events: FailedEventsService,
    private readonly jobs: JobFailuresService,
    private readonly audit: AuditService,
    @Inject(JOB_QUEUE) private readonly queue: HubQueue,
  ) {}

  async report(): Promise<QueueReport> {
    const [queues, events, jobCount, failures] = await Promise.all([
      this.queue.counts().catch(() => null),
      this.events.counts(),
      this.jobs.count(),
      this.failures(),
    ]);
    return { queues, events, failureCount: events.failed + jobCount, failures };
  }

  private async failures(): Promise<QueueFailure[]> {
    const [events, jobs] = await Promise.all([this.events.list(MOST_FAILURES), this.jobs.list(MOST_FAILURES)]);
    return [
      ...events.map(({ id, kind, repository, ref, ...event }) => ({
        id: `${EVENT}${id}`,
        what: kind,
        subject: [repository ?? 'a repository that is gone', ref].filter(Boolean).join(' '),
        ...event,
      })),
      ...jobs.map(({ id, name, payload, ...job }) => ({
        id: `${JOB}${id}`,
        what: name,
        subject: Object.entries(payload)
          .map(([key, value]) => `${key} ${String(value)}`)
          .join(', '),
        ...job,
      })),
    ];
  }

  /** Tries one failure again. @throws DomainError `not_found`, `unavailable`. */
  async retry(id: string): Promise<void> {
    const event = /^event-([0-9a-f-]{36})$/.exec(id)?.[1];
    const job = /^job-(\d{1,9})$/.exec(id)?.[1];
    if (event !== undefined) await this.events.retry(event);
    else if (job !== undefined) await this.jobs.retry(Number(job));
    else throw new DomainError('not_found', 'There is no such failure.');
    await this.audit.record(this.database.manager, { action: 'queue.retry', target: id });
  }

  /** Tries all of the latest failures again. @returns how many. */
  async retryAll(): Promise<number> {
    const { failures } = await this.report();
    for (const { id } of failures) await this.retry(id);
    return failures.length;
  }
}
