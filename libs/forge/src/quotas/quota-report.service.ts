import type {
  NamespaceQuota,
  QuotaClass,
  QuotaLimits,
  QuotaUsage,
  RepositoryUsage,
  UpdateQuota,
} from '@granary/api-contract';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import type { Namespace } from '../identity/namespace.entity';
import { Ledger, type Amounts, type ClassUsage, type RepositoryEntry } from './ledger';
import { MEASURES, WARNING_SHARE, type Measure, type StorageClass } from './limits';
import { warningText } from './quota-text';
import { QuotasService } from './quotas.service';

const LISTED_REPOSITORIES = 100;

type Limited = Pick<Namespace, 'id' | 'name' | 'limits'>;

/** What namespaces hold and may hold, for those who look; whether something fits is decided by {@link QuotasService}. */
@Injectable()
export class QuotaReportService {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: Ledger,
    private readonly quotas: QuotasService,
    private readonly audit: AuditService,
  ) {}

  async ofNamespace(namespace: Limited): Promise<NamespaceQuota> {
    const { manager } = this.database;
    const [usage, entries] = await Promise.all([
      this.ledger.usage(manager, namespace.id),
      this.ledger.largest(manager, namespace.id, { by: 'both', limit: LISTED_REPOSITORIES, userId: null }),
    ]);
    return {
      namespace: namespace.name,
      public: this.present(namespace, 'public', usage.public),
      private: this.present(namespace, 'private', usage.private),
      repositories: entries.map((entry) => presentEntry(namespace, entry)),
      repositories_total: usage.public.repositories.used + usage.private.repositories.used,
    };
  }

  /** One class of the namespace, and one repository in it; null when that one is gone. */
  async ofRepository(
    namespace: Limited,
    { repositoryId, storageClass }: { repositoryId: number; storageClass: StorageClass },
  ): Promise<{ quota: QuotaClass; repository: RepositoryUsage | null }> {
    const { manager } = this.database;
    const [usage, [entry]] = await Promise.all([
      this.ledger.usage(manager, namespace.id),
      this.ledger.largest(manager, namespace.id, { by: 'both', limit: 1, repositoryId, userId: null }),
    ]);
    return {
      quota: this.present(namespace, storageClass, usage[storageClass]),
      repository: entry ? presentEntry(namespace, entry) : null,
    };
  }

  /** What is left out stays; `'default'` follows the hub again. */
  async setLimits(namespaceId: number, change: UpdateQuota): Promise<void> {
    const entries = Object.entries(change);
    const own = Object.fromEntries(entries.filter(([, limit]) => limit !== 'default')) as Partial<QuotaLimits>;
    const forgotten = entries.filter(([, limit]) => limit === 'default').map(([name]) => name);
    await this.database.transaction(async (manager) => {
      const [[namespace]] = await manager.query<[{ name: string }[], number]>(
        'UPDATE namespaces SET limits = (limits || $2::jsonb) - $3::text[] WHERE id = $1 RETURNING name',
        [namespaceId, JSON.stringify(own), forgotten],
      );
      if (!namespace || entries.length === 0) return;
      const what = { target: namespace.name, details: change, namespace: { id: namespaceId, name: namespace.name } };
      await this.audit.record(manager, { action: 'quota.update', ...what });
    });
  }

  /** What a pusher reads of limits that are near: a line for each. */
  async warnings(namespace: Limited, storageClass: StorageClass): Promise<string[]> {
    if (!MEASURES.some((measure) => this.quotas.isLimited(namespace, measure))) return [];
    const usage = (await this.ledger.usage(this.database.manager, namespace.id))[storageClass];
    return MEASURES.flatMap((measure) => {
      const { limit } = this.quotas.limitOf(namespace.limits, measure, storageClass);
      if (limit === null || !isNear(usage[measure], limit)) return [];
      return [warningText({ namespace: namespace.name, measure, storageClass, limit, amounts: usage[measure] })];
    });
  }

  private present(namespace: Limited, storageClass: StorageClass, usage: ClassUsage): QuotaClass {
    const of = (measure: Measure): QuotaUsage => {
      const { limit, source } = this.quotas.limitOf(namespace.limits, measure, storageClass);
      const amounts = usage[measure];
      return {
        limit,
        source,
        ...amounts,
        warning: limit !== null && isNear(amounts, limit),
        full: limit !== null && amounts.used + amounts.reserved >= limit,
      };
    };
    return { git: of('git'), lfs: of('lfs'), repositories: of('repositories') };
  }
}

/** A limit of zero is intended, and no news. */
function isNear({ used }: Amounts, limit: number): boolean {
  return used > 0 && used >= limit * WARNING_SHARE;
}

function presentEntry({ name: namespace }: Limited, entry: RepositoryEntry): RepositoryUsage {
  return {
    full_name: `${namespace}/${entry.name}`,
    visibility: entry.visibility,
    git_bytes: entry.gitBytes,
    lfs_bytes: entry.lfsBytes,
    lfs_objects: entry.lfsObjects,
    reserved_bytes: entry.reservedGitBytes + entry.reservedLfsBytes,
  };
}
