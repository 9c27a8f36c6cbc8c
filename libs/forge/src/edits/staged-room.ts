import { Readable } from 'node:stream';
import { DomainError, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK } from '../database/tokens';
import type { UserActor } from '../identity/actor';
import { QuotasService, type HeldNamespace } from '../quotas';
import type { Repository } from '../repositories';

const MAX_STAGED = 1000;
/** Of a file whose size nobody told, so much more is asked for at once, or as much again as has come. */
const MAX_STEP_BYTES = 16 * 1024 ** 2;

type StagedMeasure = 'git' | 'lfs';

/** For the ledger (quotas): what is reserved for files that wait for a commit. */
export const HELD_BY_STAGED_FILES = `SELECT s.repository_id AS id,
    CASE s.measure WHEN 'git' THEN s.reserved_bytes ELSE 0 END AS git,
    CASE s.measure WHEN 'lfs' THEN s.reserved_bytes ELSE 0 END AS lfs
    FROM staged_uploads s JOIN repository r ON r.id = s.repository_id WHERE NOT s.is_published`;

/** A file that is about to arrive. */
export interface StagedRow {
  id: string;
  actor: UserActor;
  repository: Repository;
  path: string;
  /** As announced; null where the client cannot say. */
  sizeBytes: number | null;
  /** Undefined where its sender does not know yet: then it may count as either, as long as there is room. */
  lfs: boolean | undefined;
}

/** Room in the namespace for files on their way to a commit: reserved before their bytes are taken in. */
@Injectable()
export class StagedRoom {
  constructor(
    private readonly database: DataSource,
    private readonly quotas: QuotasService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Makes the row of a file, with room for what is announced of it. The row comes before the bytes: whatever happens to
   * them, the sweep finds them.
   * @returns the bytes as they may be stored: they break off with `quota_exceeded` where there is no more room.
   * @throws DomainError `invalid` when too many wait already, `quota_exceeded`.
   */
  async open(row: StagedRow, stream: Readable): Promise<Readable> {
    const { repository, actor } = row;
    const reserved = { bytes: row.sizeBytes ?? 0 };
    await this.quotas.whileHeld(repository.namespaceId, async (manager, held) => {
      await this.requirePlace(manager, row);
      const measure = await this.requireRoom(manager, held, { row, takenBytes: 0, wantedBytes: reserved.bytes });
      await manager.query(
        `INSERT INTO staged_uploads (id, repository_id, user_id, path, touched_at, reserved_bytes, measure)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [row.id, repository.id, actor.userId, row.path, this.clock.now(), reserved.bytes, measure],
      );
    });
    return Readable.from(this.counted(row, stream, reserved), { objectMode: false });
  }

  private async *counted(row: StagedRow, stream: Readable, reserved: { bytes: number }): AsyncGenerator<Buffer> {
    let arrivedBytes = 0;
    for await (const piece of stream) {
      arrivedBytes += (piece as Buffer).length;
      if (arrivedBytes > reserved.bytes) reserved.bytes = await this.extend(row, arrivedBytes);
      yield piece as Buffer;
    }
  }

  /** @returns what is reserved then: more than has come, unless only that fits. */
  private async extend(row: StagedRow, arrivedBytes: number): Promise<number> {
    const ahead = arrivedBytes + Math.min(arrivedBytes, MAX_STEP_BYTES);
    return this.reserve(row, ahead).catch((error: unknown) => {
      asRefusal(error);
      return this.reserve(row, arrivedBytes);
    });
  }

  private reserve(row: StagedRow, wantedBytes: number): Promise<number> {
    return this.quotas.whileHeld(row.repository.namespaceId, async (manager, held) => {
      const [taken] = await manager.query<{ reserved_bytes: string; measure: StagedMeasure }[]>(
        'SELECT reserved_bytes, measure FROM staged_uploads WHERE id = $1',
        [row.id],
      );
      if (!taken) throw new DomainError('gone', 'The file was taken back while it arrived.');
      const known = { takenBytes: Number(taken.reserved_bytes), takenAs: taken.measure };
      const measure = await this.requireRoom(manager, held, { row, wantedBytes, ...known });
      await manager.query('UPDATE staged_uploads SET reserved_bytes = $2, measure = $3 WHERE id = $1', [
        ...[row.id, wantedBytes, measure],
      ]);
      return wantedBytes;
    });
  }

  private async requirePlace(manager: EntityManager, { repository, actor }: StagedRow): Promise<void> {
    const [waiting] = await manager.query<{ count: number }[]>(
      `SELECT count(*)::integer AS count FROM staged_uploads
        WHERE repository_id = $1 AND user_id = $2 AND NOT is_published`,
      [repository.id, actor.userId],
    );
    if ((waiting?.count ?? 0) < MAX_STAGED) return;
    throw new DomainError('invalid', `${MAX_STAGED} files wait for a commit already.`, {
      hint: 'Commit them, or remove some.',
    });
  }

  /** @returns as what the file counts. */
  private async requireRoom(
    manager: EntityManager,
    held: HeldNamespace,
    input: { row: StagedRow; wantedBytes: number; takenBytes: number; takenAs?: StagedMeasure },
  ): Promise<StagedMeasure> {
    const { row, wantedBytes, takenBytes, takenAs } = input;
    const storageClass = await this.quotas.classOfRepository(manager, row.repository.id);
    const requireAs = (measure: StagedMeasure) =>
      this.quotas.requireRoom(manager, held, {
        actor: row.actor,
        storageClass,
        growth: { [measure]: measure === takenAs ? wantedBytes - takenBytes : wantedBytes },
        subject: 'This upload',
      });
    if (row.lfs !== undefined) {
      const measure = row.lfs ? 'lfs' : 'git';
      await requireAs(measure);
      return measure;
    }
    const refusal = await requireAs('lfs').then(() => null, asRefusal);
    if (!refusal) return 'lfs';
    await requireAs('git');
    return 'git';
  }

  /** The bytes are here, and there are so many. */
  async settle(id: string, sizeBytes: number): Promise<void> {
    await this.database.query('UPDATE staged_uploads SET reserved_bytes = $2 WHERE id = $1', [id, sizeBytes]);
  }

  /** While a commit takes them over, what it adds counts instead; when it fails, they count again. */
  async whileCommitted<T>(ids: readonly string[], work: () => Promise<T>): Promise<T> {
    await this.database.query('UPDATE staged_uploads SET reserved_bytes = 0 WHERE id = ANY($1::uuid[])', [ids]);
    try {
      return await work();
    } catch (error) {
      await this.database.query(
        'UPDATE staged_uploads SET reserved_bytes = COALESCE(size_bytes, 0) WHERE id = ANY($1::uuid[])',
        [ids],
      );
      throw error;
    }
  }
}

/** @throws whatever else it is. */
function asRefusal(error: unknown): DomainError {
  if (error instanceof DomainError && error.code === 'quota_exceeded') return error;
  throw error;
}
