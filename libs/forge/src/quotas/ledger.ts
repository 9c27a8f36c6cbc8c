import type { RepositoryRole, Visibility } from '@granary/api-contract';
import type { EntityManager } from 'typeorm';
import { classOf, type Measure, type StorageClass } from './limits';

/** What is taken of one measure. `deleted` is a part of `used`; `reserved` comes on top. */
export interface Amounts {
  used: number;
  deleted: number;
  reserved: number;
}

export type ClassUsage = Record<Measure, Amounts>;

/** One repository in the ledger, with the facts that say who may read its name. */
export interface RepositoryEntry {
  id: number;
  name: string;
  visibility: Visibility;
  collaboratorRole: RepositoryRole | null;
  gitBytes: number;
  lfsBytes: number;
  lfsObjects: number;
  reservedGitBytes: number;
  reservedLfsBytes: number;
}

/** What folders above add to the ledger, as SQL, so that it names none of their tables. */
export interface LedgerTerms {
  /**
   * A query each, with the columns id (of a repository), git and lfs (bytes): what waits to become a repository's. It
   * joins `repository`, the repositories of the namespace that is asked for.
   */
  held: readonly string[];
  /** The role that the user `$2` was given in the repository `l.id`: a value, or NULL. */
  collaboratorRole: string;
}

/**
 * Every repository of the namespace `$1` (deleted ones too), with what uploads and pushes under way hold for it, and
 * files that wait for a commit.
 */
const ledgerOf = (held: readonly string[]): string => `WITH repository AS (
    SELECT id, name, visibility, is_deleted, CASE WHEN visibility = 'public' THEN 'public' ELSE 'private' END AS class,
           git_size_bytes AS git, lfs_size_bytes AS lfs, lfs_object_count AS lfs_objects
      FROM repository_summaries WHERE namespace_id = $1),
  held AS (
    SELECT id, sum(git) AS git, sum(lfs) AS lfs FROM (${held.join(' UNION ALL ')}) each GROUP BY id),
  ledger AS (
    SELECT r.*, COALESCE(h.git, 0) AS held_git, COALESCE(h.lfs, 0) AS held_lfs
      FROM repository r LEFT JOIN held h USING (id))`;

type Sums = Record<
  'count' | 'git' | 'deleted_git' | 'held_git' | 'lfs' | 'deleted_lfs' | 'held_lfs',
  string | number | null
> & { class: StorageClass };

type EntryRow = Record<string, string | number> & { visibility: Visibility; role: RepositoryRole | null };

const NOTHING: Amounts = { used: 0, deleted: 0, reserved: 0 };

const ORDERS = { git: 'git', lfs: 'lfs', both: 'git + lfs + held_git + held_lfs' } as const;

export interface LargestQuery {
  by: keyof typeof ORDERS;
  limit: number;
  storageClass?: StorageClass;
  repositoryId?: number;
  /** Whose role as a collaborator is told. */
  userId: number | null;
}

/** What namespaces hold. */
export class Ledger {
  private readonly sql: string;

  constructor(private readonly terms: LedgerTerms) {
    this.sql = ledgerOf(terms.held);
  }

  /** By class, in one query. Deleted repositories hold their bytes until the purge, and no place. */
  async usage(manager: EntityManager, namespaceId: number): Promise<Record<StorageClass, ClassUsage>> {
    const rows = await manager.query<Sums[]>(
      `${this.sql} SELECT class, count(*) FILTER (WHERE NOT is_deleted) AS count,
          sum(git) AS git, sum(git) FILTER (WHERE is_deleted) AS deleted_git, sum(held_git) AS held_git,
          sum(lfs) AS lfs, sum(lfs) FILTER (WHERE is_deleted) AS deleted_lfs, sum(held_lfs) AS held_lfs
         FROM ledger GROUP BY class`,
      [namespaceId],
    );
    const of = (storageClass: StorageClass) => usageOf(rows.find((row) => row.class === storageClass));
    return { public: of('public'), private: of('private') };
  }

  /** The repositories that take most; deleted ones are left out. */
  async largest(manager: EntityManager, namespaceId: number, query: LargestQuery): Promise<RepositoryEntry[]> {
    const rows = await manager.query<EntryRow[]>(
      `${this.sql} SELECT l.*, ${this.terms.collaboratorRole} AS role FROM ledger l
        WHERE NOT is_deleted AND ($3::text IS NULL OR class = $3) AND ($4::integer IS NULL OR l.id = $4)
        ORDER BY ${ORDERS[query.by]} DESC, l.id LIMIT $5`,
      [namespaceId, query.userId, query.storageClass ?? null, query.repositoryId ?? null, query.limit],
    );
    return rows.map(entryOf);
  }

  /** As it is now: what was read before a lock may have changed. */
  async classOf(manager: EntityManager, repositoryId: number): Promise<StorageClass> {
    const [row] = await manager.query<{ visibility: Visibility }[]>(
      'SELECT visibility FROM repository_summaries WHERE id = $1',
      [repositoryId],
    );
    return classOf(row?.visibility ?? 'private');
  }
}

function usageOf(row: Sums | undefined): ClassUsage {
  if (!row) return { git: NOTHING, lfs: NOTHING, repositories: NOTHING };
  return {
    git: { used: Number(row.git), deleted: Number(row.deleted_git), reserved: Number(row.held_git) },
    lfs: { used: Number(row.lfs), deleted: Number(row.deleted_lfs), reserved: Number(row.held_lfs) },
    repositories: { used: Number(row.count), deleted: 0, reserved: 0 },
  };
}

function entryOf(row: EntryRow): RepositoryEntry {
  return {
    id: Number(row['id']),
    name: String(row['name']),
    visibility: row.visibility,
    collaboratorRole: row.role,
    gitBytes: Number(row['git']),
    lfsBytes: Number(row['lfs']),
    lfsObjects: Number(row['lfs_objects']),
    reservedGitBytes: Number(row['held_git']),
    reservedLfsBytes: Number(row['held_lfs']),
  };
}
