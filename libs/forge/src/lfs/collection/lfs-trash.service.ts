import { DomainError, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK } from '../../database/tokens';
import { ANONYMOUS, type Actor } from '../../identity/actor';
import type { Repository } from '../../repositories';
import { LfsObjectsService } from '../lfs-objects.service';

/** A link shown later than this is as good as one shown now: a collection keeps what the last hour showed. */
const FRESH_MS = 600_000;

/**
 * What keeps objects out of the trash and brings them back. Nothing here needs the proof that an upload is: the
 * repository has had the object, and whoever may write to it could have had it.
 */
@Injectable()
export class LfsTrashService {
  constructor(
    private readonly database: DataSource,
    private readonly objects: LfsObjectsService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * For who is about to name `oids` in a ref: after this no collection takes them for an hour, and what is in the trash
   * is linked again. A sweep that is after the same link holds its row: it sees the new date, or we see the link gone.
   *
   * @param actor who is about to; whose eyes a refusal is for.
   * @returns those that the repository has.
   * @throws DomainError `quota_exceeded` when what must come back does not fit.
   */
  async hold(repository: Repository, oids: readonly string[], actor: Actor = ANONYMOUS): Promise<Set<string>> {
    if (oids.length === 0) return new Set();
    const held = await this.show(repository.id, oids);
    const missing = oids.filter((oid) => !held.has(oid));
    if (missing.length === 0) return held;
    for (const oid of await this.restore(repository, missing, actor)) held.add(oid);
    return held;
  }

  /**
   * Links what is in the trash again.
   * @param actor whose eyes a refusal is for.
   * @returns those of `oids` that were there; a purge may have been quicker.
   * @throws DomainError `quota_exceeded`
   */
  async restore(repository: Repository, oids: readonly string[], actor: Actor = ANONYMOUS): Promise<Set<string>> {
    if (oids.length === 0) return new Set();
    const rows = await this.database.query<{ oid: string }[]>(
      'SELECT oid FROM lfs_trash WHERE repository_id = $1 AND oid = ANY($2)',
      [repository.id, oids],
    );
    if (rows.length === 0) return new Set();
    const found = rows.map(({ oid }) => oid);
    await this.objects.link(repository, found, actor);
    return this.show(repository.id, found);
  }

  /** The sizes of those of `oids` that wait in the trash, whole. Nothing is linked by that. */
  async sizes(repositoryId: number, oids: readonly string[]): Promise<Map<string, number>> {
    if (oids.length === 0) return new Map();
    const rows = await this.database.query<{ oid: string; size_bytes: string }[]>(
      `SELECT o.oid, o.size_bytes FROM lfs_trash t JOIN lfs_objects o USING (oid)
        WHERE t.repository_id = $1 AND t.oid = ANY($2) AND o.damaged_at IS NULL`,
      [repositoryId, oids],
    );
    return new Map(rows.map(({ oid, size_bytes }) => [oid, Number(size_bytes)]));
  }

  /** @throws DomainError `not_found`, `quota_exceeded`. */
  async restoreOne(repository: Repository, oid: string): Promise<void> {
    if ((await this.restore(repository, [oid])).has(oid)) return;
    throw new DomainError('not_found', `The trash of this repository has no LFS object ${oid}.`, {
      hint: 'It was restored already, or purged. A clone that has it can upload it: git lfs push --all',
    });
  }

  /** Dates the links; most are so new that nothing is written. @returns those that are there. */
  private async show(repositoryId: number, oids: readonly string[]): Promise<Set<string>> {
    const now = this.clock.now();
    const links = await this.database.query<{ oid: string; shown_at: Date }[]>(
      'SELECT oid, shown_at FROM lfs_links WHERE repository_id = $1 AND oid = ANY($2)',
      [repositoryId, oids],
    );
    const isFresh = ({ shown_at }: { shown_at: Date }) => shown_at.getTime() > now.getTime() - FRESH_MS;
    const stale = links.filter((link) => !isFresh(link)).map(({ oid }) => oid);
    const dated = stale.length === 0 ? [] : await this.date(repositoryId, stale, now);
    return new Set([...links.filter(isFresh), ...dated].map(({ oid }) => oid));
  }

  /** In the order of the oids, as a sweep takes them: two that lock the same rows wait for each other, and not in a circle. */
  private async date(repositoryId: number, oids: readonly string[], now: Date): Promise<{ oid: string }[]> {
    const [rows] = await this.database.query<[{ oid: string }[], number]>(
      `WITH held AS (SELECT oid FROM lfs_links WHERE repository_id = $1 AND oid = ANY($2) ORDER BY oid FOR UPDATE)
       UPDATE lfs_links l SET shown_at = greatest(l.shown_at, $3) FROM held
        WHERE l.repository_id = $1 AND l.oid = held.oid RETURNING l.oid`,
      [repositoryId, oids, now],
    );
    return rows;
  }
}
