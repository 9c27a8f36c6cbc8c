import type { Visibility } from '@granary/api-contract';
import type { EntityManager } from 'typeorm';
import type { Measure, StorageClass } from './limits';

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
  collaboratorRole: string | null;
  gitBytes: number;
  lfsBytes: number;
  lfsObjects: number;
  reservedGitBytes: number;
  reservedLfsBytes: number;
}

/**
 * Every repository of the namespace `$1` (deleted ones too), with what uploads and pushes under way hold for it, and
 * files that wait for a commit. What is sent again to mend a damaged object counts by its link already.
 */
const LEDGER = `WITH repository AS (
    SELECT id, name, visibility, deleted_at IS NOT NULL AS is_deleted,
           CASE WHEN visibility = 'public' THEN 'public' ELSE 'private' END AS class,
           git_size_bytes AS git, lfs_size_bytes AS lfs, lfs_object_count AS lfs_objects
      FROM repositories WHERE namespace_id = $1),
  held AS (
    SELECT id, sum(git) AS git, sum(lfs) AS lfs FROM (
      SELECT u.repository_id AS id, 0 AS git, u.size_bytes AS lfs
        FROM lfs_uploads u JOIN repository r ON r.id = u.repository_id WHERE u.expires_at > now()
         AND NOT EXISTS (SELECT 1 FROM lfs_links l WHERE l.repository_id = u.repository_id AND l.oid = u.oid)
      UNION ALL
      SELECT p.repository_id, p.incoming_bytes, 0
        FROM pushes p JOIN repository r ON r.id = p.repository_id WHERE p.state = 'intended'
      UNION ALL
      SELECT s.repository_id, CASE s.measure WHEN 'git' THEN s.reserved_bytes ELSE 0 END,
             CASE s.measure WHEN 'lfs' THEN s.reserved_bytes ELSE 0 END
        FROM staged_uploads s JOIN repository r ON r.id = s.repository_id WHERE NOT s.is_published) each GROUP BY id),
  ledger AS (
    SELECT r.*, COALESCE(h.git, 0) AS held_git, COALESCE(h.lfs, 0) AS held_lfs
      FROM repository r LEFT JOIN held h USING (id))`;

type Sums = Record<
  'count' | 'git' | 'deleted_git' | 'held_git' | 'lfs' | 'deleted_lfs' | 'held_lfs',
  string | number | null
> & { class: StorageClass };

const NOTHING: Amounts = { used: 0, deleted: 0, reserved: 0 };

/** What a namespace holds, by class, in one query. Deleted repositories hold their bytes until the purge, and no place. */
export async function readUsage(
  manager: EntityManager,
  namespaceId: number,
): Promise<Record<StorageClass, ClassUsage>> {
  const rows = (await manager.query(
    `${LEDGER} SELECT class, count(*) FILTER (WHERE NOT is_deleted) AS count,
        sum(git) AS git, sum(git) FILTER (WHERE is_deleted) AS deleted_git, sum(held_git) AS held_git,
        sum(lfs) AS lfs, sum(lfs) FILTER (WHERE is_deleted) AS deleted_lfs, sum(held_lfs) AS held_lfs
       FROM ledger GROUP BY class`,
    [namespaceId],
  )) as Sums[];
  const of = (storageClass: StorageClass): ClassUsage => {
    const row = rows.find((each) => each.class === storageClass);
    if (!row) return { git: NOTHING, lfs: NOTHING, repositories: NOTHING };
    return {
      git: { used: Number(row.git), deleted: Number(row.deleted_git), reserved: Number(row.held_git) },
      lfs: { used: Number(row.lfs), deleted: Number(row.deleted_lfs), reserved: Number(row.held_lfs) },
      repositories: { used: Number(row.count), deleted: 0, reserved: 0 },
    };
  };
  return { public: of('public'), private: of('private') };
}

const ORDERS: Record<'git' | 'lfs' | 'both', string> = {
  git: 'git',
  lfs: 'lfs',
  both: 'git + lfs + held_git + held_lfs',
};

/**
 * The repositories that take most; deleted ones are left out.
 * @param query.userId whose role as a collaborator is told.
 */
export async function largestRepositories(
  manager: EntityManager,
  namespaceId: number,
  query: {
    by: keyof typeof ORDERS;
    limit: number;
    storageClass?: StorageClass;
    repositoryId?: number;
    userId: number | null;
  },
): Promise<RepositoryEntry[]> {
  const rows = (await manager.query(
    `${LEDGER} SELECT l.*, c.role FROM ledger l
         LEFT JOIN collaborators c ON c.repository_id = l.id AND c.user_id = $2
        WHERE NOT is_deleted AND ($3::text IS NULL OR class = $3) AND ($4::integer IS NULL OR l.id = $4)
        ORDER BY ${ORDERS[query.by]} DESC, l.id LIMIT $5`,
    [namespaceId, query.userId, query.storageClass ?? null, query.repositoryId ?? null, query.limit],
  )) as (Record<string, string | number> & { visibility: Visibility; role: string | null })[];
  return rows.map((row) => ({
    id: Number(row['id']),
    name: String(row['name']),
    visibility: row.visibility,
    collaboratorRole: row.role,
    gitBytes: Number(row['git']),
    lfsBytes: Number(row['lfs']),
    lfsObjects: Number(row['lfs_objects']),
    reservedGitBytes: Number(row['held_git']),
    reservedLfsBytes: Number(row['held_lfs']),
  }));
}
