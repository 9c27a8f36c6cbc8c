import { DomainError, formatBytes } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

interface UsageRow {
  name: string;
  quota: string | null;
  used: string;
}

/** Bytes of a namespace against its limits. An LFS object counts in each repository that links it. */
@Injectable()
export class QuotasService {
  /**
   * Room for the Git bytes of a push. Called with the namespace's row locked: what other pushes have reserved counts.
   * @throws DomainError `quota_exceeded`
   */
  async requireGitRoom(manager: EntityManager, namespaceId: number, addedBytes: number): Promise<void> {
    const [row] = (await manager.query(
      `SELECT n.name, n.git_quota_bytes AS quota, COALESCE(sum(r.git_size_bytes), 0) + (
           SELECT COALESCE(sum(p.incoming_bytes), 0) FROM pushes p JOIN repositories q ON q.id = p.repository_id
            WHERE q.namespace_id = n.id AND p.state = 'intended') AS used
         FROM namespaces n LEFT JOIN repositories r ON r.namespace_id = n.id
        WHERE n.id = $1 GROUP BY n.id`,
      [namespaceId],
    )) as UsageRow[];
    this.requireRoom(row, { what: 'Git', addedBytes });
  }

  /**
   * That what a namespace links, and what is reserved for uploads under way, is within its limit. Called with the
   * namespace's row locked, after `addedBytes` were added to either.
   * @throws DomainError `quota_exceeded`, with who uses how much.
   */
  async requireLfsRoom(manager: EntityManager, namespaceId: number, addedBytes: number): Promise<void> {
    const row = await this.lfsUsage(manager, namespaceId, addedBytes);
    this.requireRoom(row, { what: 'LFS', addedBytes });
  }

  /** That `neededBytes` more would fit now: a look ahead, which reserves nothing. @throws DomainError `quota_exceeded` */
  async expectLfsRoom(manager: EntityManager, namespaceId: number, neededBytes: number): Promise<void> {
    const row = await this.lfsUsage(manager, namespaceId, 0);
    this.requireRoom(row, { what: 'LFS', addedBytes: neededBytes });
  }

  /** @param exceptBytes counted already, but not to be told of. */
  private async lfsUsage(
    manager: EntityManager,
    namespaceId: number,
    exceptBytes: number,
  ): Promise<UsageRow | undefined> {
    const [row] = (await manager.query(
      `SELECT n.name, n.lfs_quota_bytes AS quota, COALESCE(sum(r.lfs_size_bytes), 0) + (
           SELECT COALESCE(sum(u.size_bytes), 0) FROM lfs_uploads u JOIN repositories q ON q.id = u.repository_id
            WHERE q.namespace_id = n.id AND u.expires_at > now()) - $2::bigint AS used
         FROM namespaces n LEFT JOIN repositories r ON r.namespace_id = n.id
        WHERE n.id = $1 GROUP BY n.id`,
      [namespaceId, exceptBytes],
    )) as UsageRow[];
    return row;
  }

  private requireRoom(row: UsageRow | undefined, { what, addedBytes }: { what: string; addedBytes: number }): void {
    if (!row || row.quota === null) return;
    const quota = Number(row.quota);
    const used = Number(row.used);
    if (used + addedBytes <= quota) return;
    throw new DomainError(
      'quota_exceeded',
      `"${row.name}" uses ${formatBytes(used)} of its ${formatBytes(quota)} for ${what}; ${formatBytes(addedBytes)} more do not fit.`,
      { hint: 'Delete repositories that are not needed, or ask an administrator of the hub for a higher limit.' },
    );
  }
}
