import type { JobName } from '@granary/job-queue';
import type { Subscription, WaitingEvent } from '../events';
import type { EntityManager } from 'typeorm';
import type { WebhookJobs } from './jobs';

/** Webhooks hear of an event that happened when they were there, active and asking for its kind; or that is meant for them. */
export const WEBHOOK_SUBSCRIPTION: Subscription = {
  job: 'webhook.fanout' satisfies JobName<WebhookJobs>,
  kinds: ['push', 'create', 'delete', 'repository', 'ping'],
  heard: async (manager: EntityManager, events: readonly WaitingEvent[]) => {
    const rows = await manager.query<{ id: string }[]>(
      `SELECT e.id FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::integer[])
                AS e (id, repository_id, kind, created_at, hook_id)
        WHERE EXISTS (
          SELECT 1 FROM webhooks w WHERE w.repository_id = e.repository_id AND w.active
             AND CASE WHEN e.hook_id IS NULL THEN w.events && ARRAY[e.kind, '*'] AND w.created_at <= e.created_at
                      ELSE w.id = e.hook_id END)`,
      [
        events.map(({ id }) => id),
        events.map(({ repositoryId }) => repositoryId),
        events.map(({ kind }) => kind),
        events.map(({ createdAt }) => createdAt),
        events.map(({ hookId }) => hookId),
      ],
    );
    return new Set(rows.map(({ id }) => id));
  },
};
