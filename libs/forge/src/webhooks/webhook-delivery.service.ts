import { createHash } from 'node:crypto';
import type { HookContentType } from '@granary/api-contract';
import type { JobPayload } from '@granary/job-queue';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, FORGE_OPTIONS } from '../database/tokens';
import type { ForgeOptions } from '../options';
import { OutboundHttp } from '../outbound';
import { attempt, bodyOf, isSuccess, unanswered, type Outcome } from './delivery-attempt';
import { DeliveryTurnsService } from './delivery-turns.service';
import { retryAfterMs, waitAfter } from './retry-schedule';
import { SecretBox } from './secret-box';
import type { DeliveryState } from './webhook';
import type { WebhookJobs } from './jobs';

/** A process that dies while it sends holds the delivery back for so long. */
const CLAIM_MS = 60_000;

interface ClaimedRow {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  body: string;
  attempts: number;
  hook_id: number;
  repository_id: number;
  url: string;
  secret_encrypted: Buffer | null;
  content_type: HookContentType;
  active: boolean;
  deleted_at: Date | null;
}

interface Verdict {
  state: DeliveryState;
  waitMs: number | null;
}

/** Makes the tries of the deliveries. The row holds the schedule; the jobs only wake it up. */
@Injectable()
export class WebhookDeliveryService {
  private readonly secrets: SecretBox;

  constructor(
    private readonly database: DataSource,
    private readonly outbound: OutboundHttp,
    private readonly turns: DeliveryTurnsService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.secrets = new SecretBox(options.instanceSecret);
  }

  /**
   * The job `webhook.deliver`: one try. The same try is made once, however many jobs ask for it.
   *
   * @throws the signal's reason if it is aborted; the try is then as if it had not begun.
   */
  async deliver(
    { deliveryId, attempt: number }: JobPayload<WebhookJobs, 'webhook.deliver'>,
    signal: AbortSignal,
  ): Promise<void> {
    const claimed = await this.claim(deliveryId, number);
    if (!claimed) return;
    const obstacle = obstacleOf(claimed);
    if (obstacle) {
      await this.bury(claimed, obstacle);
      return this.turns.enqueueDue([claimed.hook_id]);
    }
    const outcome = await this.send(claimed, signal).catch(async (error: unknown) => {
      await this.release(claimed);
      throw error;
    });
    const verdict = this.judge(claimed, outcome);
    await this.record(claimed, outcome, verdict);
    const { id, attempts, hook_id: hookId } = claimed;
    if (verdict.waitMs !== null) await this.turns.enqueueRetry(hookId, { id, attempts, waitMs: verdict.waitMs });
    await this.turns.enqueueDue([hookId]);
  }

  private async claim(deliveryId: number, attempts: number): Promise<ClaimedRow | null> {
    const now = this.clock.now();
    const [row] = await this.database.query<ClaimedRow[]>(
      `WITH claimed AS (
         UPDATE webhook_deliveries SET attempts = attempts + 1, last_attempt_at = $3, next_attempt_at = $4
          WHERE id = $1 AND attempts = $2 AND state IN ('pending', 'failed')
         RETURNING *)
       SELECT c.id, c.guid, c.event, c.action, c.payload::text AS body, c.attempts, w.id AS hook_id, w.repository_id,
              w.url, w.secret_encrypted, w.content_type, w.active, r.deleted_at
         FROM claimed c JOIN webhooks w ON w.id = c.webhook_id JOIN repositories r ON r.id = w.repository_id`,
      [deliveryId, attempts, now, new Date(now.getTime() + CLAIM_MS)],
    );
    return row ?? null;
  }

  private async release({ id, attempts }: ClaimedRow): Promise<void> {
    await this.database.query(
      `UPDATE webhook_deliveries SET attempts = attempts - 1, next_attempt_at = $3 WHERE id = $1 AND attempts = $2`,
      [id, attempts, this.clock.now()],
    );
  }

  private async send(claimed: ClaimedRow, signal: AbortSignal): Promise<Outcome> {
    const secret = this.secretOf(claimed);
    if (secret === undefined) {
      return unanswered('the secret cannot be read any more; set it again', { durationMs: 0, requestHeaders: {} });
    }
    const message = {
      url: claimed.url,
      hookId: claimed.hook_id,
      repositoryId: claimed.repository_id,
      guid: claimed.guid,
      event: claimed.event,
      ...bodyOf(claimed.body, claimed.content_type),
      secret,
      sentAt: this.clock.now(),
      version: this.options.version,
    };
    return attempt(this.outbound, message, signal);
  }

  /** Undefined when the instance has another secret than the one that sealed it. */
  private secretOf({ secret_encrypted: box, repository_id: repositoryId }: ClaimedRow): string | null | undefined {
    try {
      return box && this.secrets.open(box, repositoryId);
    } catch {
      return undefined;
    }
  }

  private judge({ guid, attempts }: ClaimedRow, outcome: Outcome): Verdict {
    if (isSuccess(outcome)) return { state: 'delivered', waitMs: null };
    if (outcome.status === 410) return { state: 'dead', waitMs: null };
    const mayAsk = outcome.status === 429 || outcome.status === 503;
    const askedMs = mayAsk ? retryAfterMs(outcome.responseHeaders?.['retry-after'], this.clock.now()) : 0;
    const waitMs = waitAfter(attempts, { askedMs, random: spreadOf(guid, attempts) });
    return { state: waitMs === null ? 'dead' : 'failed', waitMs };
  }

  private async record(claimed: ClaimedRow, outcome: Outcome, { state, waitMs }: Verdict): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction(async (manager) => {
      await manager.query(
        `UPDATE webhook_deliveries
            SET state = $2, next_attempt_at = $3, duration_ms = $4, status_code = $5, status_text = $6,
                request_headers = $7, response_headers = $8, response_body = $9
          WHERE id = $1`,
        [
          ...[claimed.id, state, waitMs === null ? null : new Date(now.getTime() + waitMs)],
          ...[outcome.durationMs, outcome.status, outcome.text],
          ...[outcome.requestHeaders, outcome.responseHeaders, outcome.responseBody],
        ],
      );
      if (outcome.status !== 410) return;
      await manager.query(
        `UPDATE webhooks SET active = false, disabled_reason = 'The receiver answered 410 Gone.', updated_at = $2
          WHERE id = $1`,
        [claimed.hook_id, now],
      );
    });
  }

  private async bury({ id }: ClaimedRow, reason: string): Promise<void> {
    await this.database.query(
      `UPDATE webhook_deliveries
          SET state = 'dead', next_attempt_at = NULL, attempts = attempts - 1, status_code = NULL, status_text = $2
        WHERE id = $1`,
      [id, reason],
    );
  }
}

/** Access is judged again at each try. */
function obstacleOf({ active, deleted_at: deletedAt, event, action }: ClaimedRow): string | null {
  if (!active) return 'not sent: the webhook is switched off';
  const farewell = event === 'repository' && action === 'deleted';
  return deletedAt && !farewell ? 'not sent: the repository was deleted' : null;
}

/** In [0, 1), even over many deliveries, and the same whenever it is asked for. */
function spreadOf(guid: string, attempts: number): number {
  return createHash('sha256').update(`${guid}:${attempts}`).digest().readUInt32BE(0) / 2 ** 32;
}
