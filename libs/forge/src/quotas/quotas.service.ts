import { DomainError, formatBytes } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

interface UsageRow {
  name: string;
  quota: string | null;
  used: string;
}

/** LFS bytes of a namespace against its limit. An object counts in each repository that links it. */
@Injectable()
export class QuotasService {
  /** @throws DomainError `quota_exceeded`, with who uses how much, when `addedBytes` more would pass the limit. */
  async requireLfsRoom(manager: EntityManager, namespaceId: number, addedBytes: number): Promise<void> {
    const [row] = (await manager.query(
      `SELECT n.name, n.lfs_quota_bytes AS quota, COALESCE(sum(r.lfs_size_bytes), 0) AS used
         FROM namespaces n LEFT JOIN repositories r ON r.namespace_id = n.id
        WHERE n.id = $1 GROUP BY n.id`,
      [namespaceId],
    )) as UsageRow[];
    if (!row || row.quota === null) return;
    const quota = Number(row.quota);
    const used = Number(row.used);
    if (used + addedBytes <= quota) return;
    throw new DomainError(
      'quota_exceeded',
      `"${row.name}" uses ${formatBytes(used)} of its ${formatBytes(quota)} for LFS; ${formatBytes(addedBytes)} more do not fit.`,
      { hint: 'Delete repositories that are not needed, or ask an administrator of the hub for a higher limit.' },
    );
  }
}
