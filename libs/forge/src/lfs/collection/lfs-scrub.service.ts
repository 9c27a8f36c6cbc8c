import { createHash } from 'node:crypto';
import { DomainError, type Clock } from '@granary/kernel';
import type { ObjectStore } from '@granary/object-store';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../../audit';
import { CLOCK, FORGE_OPTIONS, OBJECT_STORE } from '../../database/tokens';
import type { ForgeOptions } from '../../options';
import { BytePace } from './byte-pace';
import { quarantineKey } from './quarantine-keys';

export interface ScrubReport {
  checked: number;
  bytes: number;
  damaged: { oid: string; damage: string }[];
}

interface StoredObject {
  oid: string;
  sizeBytes: number;
  storageKey: string;
}

const DAY_MS = 86_400_000;
const PAGE = 100;

/** Reads every object again by and by, and takes those out of use that are not what they were. */
@Injectable()
export class LfsScrubService {
  /** Of this process, for metrics. */
  readonly totals = { checked: 0, bytes: 0, damaged: 0 };
  private readonly log = new Logger('LfsScrub');
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(OBJECT_STORE) private readonly store: ObjectStore,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Looks at the objects that are due, those first that wait longest. What it has looked at is written object by
   * object, so that a run that ends early is no loss.
   *
   * @param how.maxMs begins no object after so long.
   * @param how.all looks at those too that are not due.
   * @throws DomainError `unavailable` when the store does not answer: that says nothing about an object.
   */
  async run(how: { signal?: AbortSignal; maxMs?: number; all?: boolean } = {}): Promise<ScrubReport> {
    const report: ScrubReport = { checked: 0, bytes: 0, damaged: [] };
    const { scrubDays, scrubBytesPerSecond } = this.options.lfs;
    if (scrubDays === 0 && !how.all) return report;
    const before = new Date(this.clock.now().getTime() - (how.all ? 0 : scrubDays * DAY_MS));
    const signal = AbortSignal.any([this.stopping.signal, ...(how.signal ? [how.signal] : [])]);
    const pace = new BytePace(scrubBytesPerSecond);
    const endsAt = performance.now() + (how.maxMs ?? Infinity);
    await this.settleQuarantine();
    for (;;) {
      const due = await this.due(before);
      for (const object of due) {
        if (signal.aborted || performance.now() > endsAt) return report;
        try {
          await this.check(object, { pace, signal, report });
        } catch (error) {
          if (signal.aborted) return report;
          throw error;
        }
      }
      if (due.length === 0) return report;
    }
  }

  stop(): void {
    this.stopping.abort(new Error('the hub stops'));
  }

  /** Objects of which an upload is awaited, for metrics and the doctor. */
  async countDamaged(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>(
      'SELECT count(*)::integer AS count FROM lfs_objects WHERE damaged_at IS NOT NULL',
    );
    return row?.count ?? 0;
  }

  private async due(before: Date): Promise<StoredObject[]> {
    const rows = await this.database.query<{ oid: string; size_bytes: string; storage_key: string }[]>(
      `SELECT oid, size_bytes, storage_key FROM lfs_objects
        WHERE damaged_at IS NULL AND COALESCE(scrubbed_at, created_at) < $1
        ORDER BY COALESCE(scrubbed_at, created_at) LIMIT ${PAGE}`,
      [before],
    );
    return rows.map((row) => ({ oid: row.oid, sizeBytes: Number(row.size_bytes), storageKey: row.storage_key }));
  }

  private async check(
    object: StoredObject,
    { pace, signal, report }: { pace: BytePace; signal: AbortSignal; report: ScrubReport },
  ): Promise<void> {
    // A second look, for a wire may err where a disk has not.
    const damage = (await this.damageOf(object, pace, signal)) && (await this.damageOf(object, pace, signal));
    report.checked++;
    report.bytes += object.sizeBytes;
    this.totals.checked++;
    this.totals.bytes += object.sizeBytes;
    if (!damage) return this.pass(object);
    if (!(await this.condemn(object, damage))) return;
    report.damaged.push({ oid: object.oid, damage });
    this.totals.damaged++;
    this.log.error(`LFS object ${object.oid} is damaged: ${damage}. An upload of it heals it.`);
    await this.takeAway(object.oid, object.storageKey);
  }

  /** @returns null for an object that is whole. */
  private async damageOf(object: StoredObject, pace: BytePace, signal: AbortSignal): Promise<string | null> {
    const hash = createHash('sha256');
    let sizeBytes = 0;
    try {
      const stream = await this.store.read(object.storageKey, { signal });
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        await pace.take(chunk.length, signal);
      }
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') return 'its bytes are missing';
      throw error;
    }
    if (sizeBytes !== object.sizeBytes) return `it has ${sizeBytes} bytes, not ${object.sizeBytes}`;
    const sha256 = hash.digest('hex');
    return sha256 === object.oid ? null : `its bytes hash to ${sha256}`;
  }

  private async pass({ oid, storageKey }: StoredObject): Promise<void> {
    await this.database.query('UPDATE lfs_objects SET scrubbed_at = $3 WHERE oid = $1 AND storage_key = $2', [
      oid,
      storageKey,
      this.clock.now(),
    ]);
  }

  /** @returns false when it was purged or replaced meanwhile: what was read is nobody's any more. */
  private async condemn({ oid, storageKey }: StoredObject, damage: string): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const [, changed] = await manager.query<[unknown, number]>(
        `UPDATE lfs_objects SET damaged_at = $3, damage = $4, scrubbed_at = $3
          WHERE oid = $1 AND storage_key = $2 AND damaged_at IS NULL`,
        [oid, storageKey, this.clock.now(), damage],
      );
      if (changed === 0) return false;
      await this.audit.record(manager, { action: 'lfs_object.damage', target: oid, details: { damage } });
      return true;
    });
  }

  /** After the row says so: until then somebody may be sent there. */
  private async takeAway(oid: string, storageKey: string): Promise<void> {
    await this.store.move(storageKey, quarantineKey(oid, this.clock.now())).catch((error: unknown) => {
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error;
    });
  }

  /** What a crash left between the row and the move. */
  private async settleQuarantine(): Promise<void> {
    const rows = await this.database.query<{ oid: string; storage_key: string }[]>(
      'SELECT oid, storage_key FROM lfs_objects WHERE damaged_at IS NOT NULL ORDER BY oid',
    );
    for (const { oid, storage_key } of rows) {
      if (await this.store.stat(storage_key)) await this.takeAway(oid, storage_key);
    }
  }
}
