import type { CreateHook, UpdateHook } from '@granary/api-contract';
import { DomainError, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK, FORGE_OPTIONS } from '../database/tokens';
import { EventsService, OutboxRelay } from '../events';
import type { ForgeOptions } from '../options';
import { OutboundHttp } from '../outbound';
import { SecretBox } from './secret-box';
import type { HookKey, PageRange, Webhook } from './webhook';
import { checkCreation, checkUpdate, type WebhookChange } from './webhook-input';
import { toWebhook, WEBHOOK_QUERY, type WebhookRow } from './webhook-rows';
import { requireNoTwin } from './webhook-twin';

/** GitHub allows 20 for each event; this bounds what one push sets off. */
const MAX_PER_REPOSITORY = 50;

/** A repository's webhooks. Who may manage them is for the caller to ask (`mayManageHooks`). */
@Injectable()
export class WebhooksService {
  private readonly secrets: SecretBox;

  constructor(
    private readonly database: DataSource,
    private readonly events: EventsService,
    private readonly relay: OutboxRelay,
    private readonly outbound: OutboundHttp,
    private readonly audit: AuditService,
    @Inject(FORGE_OPTIONS) options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.secrets = new SecretBox(options.instanceSecret);
  }

  /**
   * Creates a webhook and, if it is active, sends it a ping.
   *
   * @throws DomainError `invalid` naming the field.
   */
  async create(by: { repositoryId: number; actorUserId: number | null }, wanted: CreateHook): Promise<Webhook> {
    const { url, secret, events, active, contentType } = checkCreation(wanted, this.outbound);
    const hookId = await this.database.transaction(async (manager) => {
      await this.requireRoom(manager, by.repositoryId);
      await requireNoTwin(manager, { repositoryId: by.repositoryId, hookId: null, url, contentType, events });
      const [row] = await manager.query<[{ id: number }]>(
        `INSERT INTO webhooks (repository_id, url, secret_encrypted, events, active, content_type, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING id`,
        [by.repositoryId, url, this.sealed(secret, by.repositoryId), events, active, contentType, this.clock.now()],
      );
      await this.audit.record(manager, {
        action: 'webhook.create',
        target: receiverOf(url),
        repositoryId: by.repositoryId,
        details: { id: row.id, events, active, content_type: contentType, has_secret: secret !== null },
      });
      if (active) await this.events.record(manager, { kind: 'ping', ...by, hookId: row.id });
      return row.id;
    });
    this.relay.nudge();
    return this.get({ repositoryId: by.repositoryId, hookId });
  }

  /** In the order in which they were created. */
  async list(repositoryId: number, { limit, offset }: PageRange): Promise<Webhook[]> {
    const rows = await this.database.query<WebhookRow[]>(
      `${WEBHOOK_QUERY} WHERE w.repository_id = $1 ORDER BY w.id LIMIT $2 OFFSET $3`,
      [repositoryId, limit, offset],
    );
    return rows.map(toWebhook);
  }

  async count(repositoryId: number): Promise<number> {
    return countHooks(this.database.manager, repositoryId);
  }

  /** @throws DomainError `not_found` if the repository has no such webhook. */
  async get(key: HookKey): Promise<Webhook> {
    return this.read(this.database.manager, key);
  }

  private async read(manager: EntityManager, { repositoryId, hookId }: HookKey): Promise<Webhook> {
    const [row] = await manager.query<WebhookRow[]>(`${WEBHOOK_QUERY} WHERE w.id = $1 AND w.repository_id = $2`, [
      hookId,
      repositoryId,
    ]);
    if (!row) throw webhookNotFound();
    return toWebhook(row);
  }

  /**
   * Changes what is given. An empty secret removes it; the asterisks that stand for it in answers leave it.
   *
   * @throws DomainError `not_found`, `invalid` naming the field.
   */
  async update(key: HookKey, wanted: UpdateHook): Promise<Webhook> {
    await this.database.transaction(async (manager) => {
      const former = await this.lock(manager, key);
      const { url, secret, events, active, contentType } = checkUpdate(wanted, this.outbound, former.events);
      await requireNoNewTwin(manager, former, { url, events, contentType });
      const [, changed] = await manager.query<[unknown, number]>(
        `UPDATE webhooks SET url = COALESCE($3, url), events = COALESCE($4, events), active = COALESCE($5, active),
              secret_encrypted = CASE WHEN $6 THEN $7 ELSE secret_encrypted END,
              disabled_reason = CASE WHEN $5 THEN NULL ELSE disabled_reason END, updated_at = $8,
              content_type = COALESCE($9, content_type)
        WHERE id = $1 AND repository_id = $2`,
        [
          ...[key.hookId, key.repositoryId, url ?? null, events ?? null, active ?? null],
          ...[secret !== undefined, this.sealed(secret ?? null, key.repositoryId), this.clock.now()],
          contentType ?? null,
        ],
      );
      if (changed === 0) throw webhookNotFound();
      const current = await this.read(manager, key);
      await this.audit.record(manager, {
        action: 'webhook.update',
        target: receiverOf(current.url),
        repositoryId: key.repositoryId,
        details: {
          ...{ id: key.hookId, events, active, content_type: contentType },
          ...(url === undefined ? {} : { receiver: receiverOf(url) }),
          ...(secret === undefined ? {} : { secret: secret === null ? 'removed' : 'changed' }),
        },
      });
    });
    return this.get(key);
  }

  /** The repository before its webhook, as who creates one does. */
  private async lock(manager: EntityManager, key: HookKey): Promise<Webhook> {
    await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR NO KEY UPDATE', [key.repositoryId]);
    await manager.query('SELECT 1 FROM webhooks WHERE id = $1 AND repository_id = $2 FOR UPDATE', [
      key.hookId,
      key.repositoryId,
    ]);
    return this.read(manager, key);
  }

  /** Its deliveries go with it. @throws DomainError `not_found`. */
  async delete({ repositoryId, hookId }: HookKey): Promise<void> {
    await this.database.transaction(async (manager) => {
      const [[deleted]] = await manager.query<[{ url: string }[], number]>(
        'DELETE FROM webhooks WHERE id = $1 AND repository_id = $2 RETURNING url',
        [hookId, repositoryId],
      );
      if (!deleted) throw webhookNotFound();
      const what = { target: receiverOf(deleted.url), repositoryId, details: { id: hookId } };
      await this.audit.record(manager, { action: 'webhook.delete', ...what });
    });
  }

  /** Sends a ping. @throws DomainError `not_found`, `conflict` if the webhook is switched off. */
  async ping(key: HookKey, actorUserId: number | null): Promise<void> {
    await this.requireActive(key);
    await this.events.record(this.database.manager, { kind: 'ping', ...key, actorUserId });
    this.relay.nudge();
  }

  /**
   * Sends the repository's last push to this webhook alone, if it listens to pushes.
   *
   * @returns false if there is nothing to send: no push yet, or the webhook does not listen to them.
   * @throws DomainError `not_found`, `conflict` if the webhook is switched off.
   */
  async test(key: HookKey): Promise<boolean> {
    const { events } = await this.requireActive(key);
    const push = await this.events.lastPush(key.repositoryId);
    if (!push || !(events.includes('push') || events.includes('*'))) return false;
    await this.events.record(this.database.manager, { ...push, hookId: key.hookId });
    this.relay.nudge();
    return true;
  }

  /** @throws DomainError `not_found`, `conflict`. */
  async requireActive(key: HookKey): Promise<Webhook> {
    const hook = await this.get(key);
    if (hook.active) return hook;
    throw new DomainError('conflict', 'This webhook is switched off.', { hint: 'Switch it on first.' });
  }

  /** Those who ask at the same time wait for each other. */
  private async requireRoom(manager: EntityManager, repositoryId: number): Promise<void> {
    await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR NO KEY UPDATE', [repositoryId]);
    if ((await countHooks(manager, repositoryId)) < MAX_PER_REPOSITORY) return;
    throw new DomainError('invalid', `A repository has at most ${MAX_PER_REPOSITORY} webhooks.`);
  }

  private sealed(secret: string | null, repositoryId: number): Buffer | null {
    return secret === null ? null : this.secrets.seal(secret, repositoryId);
  }
}

async function countHooks(manager: EntityManager, repositoryId: number): Promise<number> {
  const sql = 'SELECT count(*)::int AS hooks FROM webhooks WHERE repository_id = $1';
  const [row] = await manager.query<[{ hooks: number }]>(sql, [repositoryId]);
  return row.hooks;
}

/** One that is there twice already, from before that was refused, can be changed in everything else. */
async function requireNoNewTwin(
  manager: EntityManager,
  former: Webhook,
  { url = former.url, events = former.events, contentType = former.contentType }: WebhookChange,
): Promise<void> {
  const isSame = url === former.url && contentType === former.contentType;
  if (isSame && events.every((name) => former.events.includes(name))) return;
  await requireNoTwin(manager, { ...former, hookId: former.id, url, events, contentType });
}

/** Without path and query: with many receivers they are the secret. */
function receiverOf(url: string): string {
  return new URL(url).origin;
}

export function webhookNotFound(): DomainError {
  return new DomainError('not_found', 'Not Found');
}
