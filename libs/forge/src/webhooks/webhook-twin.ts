import type { HookContentType } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import type { EntityManager } from 'typeorm';

/** What makes one webhook another than the next. */
export interface Delivering {
  repositoryId: number;
  /** Of the webhook itself, where it is there already. */
  hookId: number | null;
  url: string;
  contentType: HookContentType;
  events: readonly string[];
}

/**
 * Webhooks of one configuration share no event, as with GitHub: a program that sets itself up a second time would be
 * told everything twice. The caller holds the repository's row, so that two who come at once do not both pass.
 *
 * @throws DomainError `invalid` in the words that programs look for.
 * @see GitHub's REST API, "Repository webhooks", "Create a repository webhook".
 */
export async function requireNoTwin(manager: EntityManager, wanted: Delivering): Promise<void> {
  const { repositoryId, hookId, url, contentType, events } = wanted;
  const twins = await manager.query<unknown[]>(
    `SELECT 1 FROM webhooks
      WHERE repository_id = $1 AND url = $2 AND content_type = $3 AND id IS DISTINCT FROM $4::integer
        AND (events && $5::text[] OR '*' = ANY(events) OR '*' = ANY($5::text[])) LIMIT 1`,
    [repositoryId, url, contentType, hookId, events],
  );
  if (twins.length === 0) return;
  const message = 'Hook already exists on this repository';
  throw new DomainError('invalid', 'Validation Failed', {
    fields: [{ resource: 'Hook', field: 'config.url', code: 'custom', message }],
  });
}
