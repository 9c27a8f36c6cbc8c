import { randomUUID } from 'node:crypto';
import { CreateHook } from '@granary/api-contract';
import type { JobQueue, JobRequest } from '@granary/job-queue';
import type { DataSource } from 'typeorm';
import { AuditService } from '../../audit';
import { EventsService, OutboxRelay, Subscriptions, type HubEvent, type PushEvent } from '../../events';
import { createRepository, testClock } from '../../events/testing/database';
import type { ForgeOptions } from '../../options';
import { OutboundHttp } from '../../outbound';
import { NO_LIMITS } from '../../quotas';
import type { CommitReader, PushedCommit } from '../commit-reader';
import { DeliveryLogService } from '../delivery-log.service';
import { DeliverySweepService } from '../delivery-sweep.service';
import { DeliveryTurnsService } from '../delivery-turns.service';
import { PayloadBuilder } from '../payload-builder';
import type { HookKey, Webhook } from '../webhook';
import { WebhookDeliveryService } from '../webhook-delivery.service';
import { WebhookFanoutService } from '../webhook-fanout.service';
import { WebhooksService } from '../webhooks.service';
import type { WebhookJobs } from '../jobs';

export const OLD = 'a'.repeat(40);
export const NEW = 'b'.repeat(40);
export const ZERO = '0'.repeat(40);

export function commit(id: string, more: Partial<PushedCommit> = {}): PushedCommit {
  const person = { name: 'Ada', email: 'ada@example.org' };
  return {
    ...{
      id,
      treeId: 'c'.repeat(40),
      message: 'Sow',
      timestamp: '2026-03-01T11:00:00Z',
      author: person,
      committer: person,
    },
    ...{ added: ['seed.txt'], removed: [], modified: [], ...more },
  };
}

/** Says of every range what `answer` says, of every id that it is a commit, and of a push that its tip is new. */
export function readerOf(answer: CommitReader['commitsBetween'], more: Partial<CommitReader> = {}): CommitReader {
  return {
    commitsBetween: answer,
    commits: async (_repository, ids) => ids.map((id) => commit(id)),
    commitBehind: async (_repository, oid) => oid,
    newCommitsOf: async ({ after }) => ({ count: 1, ids: [after] }),
    ...more,
  };
}

const OPTIONS: ForgeOptions = {
  baseUrl: 'https://hub.example.org',
  repositoriesDir: '/nowhere',
  instanceSecret: Buffer.alloc(32, 7),
  minRsaBits: 3072,
  deletedGraceDays: 14,
  auditDays: 365,
  maxPushRefs: 1_000,
  lfs: { direct: false, graceDays: 14, undeleteDays: 14, scrubDays: 30, scrubBytesPerSecond: 1024 ** 2 },
  defaultLimits: NO_LIMITS,
  webhooks: { allowHttp: false, allowedHosts: ['127.0.0.1'] },
  archives: {
    spoolDir: '/nowhere',
    cacheBytes: 0,
    cacheDays: 1,
    redirects: false,
    maxEntries: 1,
    maxContentBytes: 1,
    maxMinutes: 1,
    buildsPerRepository: 1,
    builds: 1,
  },
  version: '1.2.3',
  ssh: { host: 'hub.example.org', port: 2222, userName: 'git' },
};

export interface WorldOptions {
  database: DataSource;
  /** Keeps the jobs and runs none, unless another queue is given. */
  queue?: Pick<JobQueue, 'enqueueMany'>;
  reader?: CommitReader;
}

/** The webhooks' services around one repository. */
export async function webhookWorld({ database, queue, reader }: WorldOptions) {
  const clock = testClock();
  const jobs: JobRequest<WebhookJobs>[] = [];
  const kept = queue ?? {
    enqueueMany: async (more: readonly JobRequest[]) => void jobs.push(...(more as JobRequest<WebhookJobs>[])),
  };
  const events = new EventsService(database, clock);
  const subscriptions = new Subscriptions();
  const relay = new OutboxRelay(database, subscriptions, kept, clock);
  const turns = new DeliveryTurnsService(database, kept, clock);
  const outbound = new OutboundHttp(OPTIONS.webhooks);
  const payloads = new PayloadBuilder(
    database,
    reader ?? readerOf(async () => ({ commits: [commit(NEW)], total: 1 })),
    OPTIONS,
  );
  const fanout = new WebhookFanoutService(database, events, payloads, turns, subscriptions, clock);
  const deliverer = new WebhookDeliveryService(database, outbound, turns, OPTIONS, clock);
  const sweep = new DeliverySweepService(database, kept, clock);
  const hooks = new WebhooksService(
    database,
    events,
    relay,
    outbound,
    new AuditService(database, clock),
    OPTIONS,
    clock,
  );
  const log = new DeliveryLogService(database, hooks, kept, clock);
  const owner = await createRepository(database);
  const { repositoryId, userId } = owner;
  const record = (event: HubEvent) => database.transaction((manager) => events.record(manager, event));
  const keyOf = (hook: Webhook): HookKey => ({ repositoryId, hookId: hook.id });

  const push = (more: Partial<PushEvent> = {}): PushEvent => ({
    ...{ kind: 'push', repositoryId, pushId: randomUUID(), actorUserId: userId, ref: 'refs/heads/main' },
    ...{ before: OLD, after: NEW, created: false, deleted: false, ...more },
  });

  /** A webhook whose ping was not sent. */
  const createHook = async (url: string, more: { secret?: string; events?: string[] } = {}): Promise<Webhook> => {
    const input = CreateHook.parse({ events: more.events, config: { url, secret: more.secret } });
    const hook = await hooks.create({ repositoryId, actorUserId: userId }, input);
    await database.query(`DELETE FROM outbox_events WHERE kind = 'ping'`);
    return hook;
  };

  /** Records `event` and fans it out. */
  const happen = async (event: HubEvent): Promise<string> => {
    const id = await record(event);
    await fanout.fanOut([id]);
    return id;
  };

  /** Runs the deliveries' jobs that are due, each once, and forgets the others. */
  const runJobs = async (): Promise<void> => {
    for (const job of jobs.splice(0)) {
      if (job.name !== 'webhook.deliver') continue;
      await deliverer.deliver(job.payload, new AbortController().signal);
    }
  };

  return {
    ...{ clock, jobs, events, relay, fanout, deliverer, sweep, hooks, log },
    ...{ repositoryId, userId, ownerName: owner.name, record, keyOf, push, createHook, happen, runJobs },
  };
}
export type WebhookWorld = Awaited<ReturnType<typeof webhookWorld>>;
