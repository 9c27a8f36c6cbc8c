import type { RepositoryRole } from '@granary/api-contract';
import { listRefs, type GitHome } from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { repositoryRole, roleAtLeast } from '../../access';
import { JoinedRows } from '../../database/joined-rows';
import { CLOCK, GIT_HOME } from '../../database/tokens';
import { User } from '../../identity/user.entity';
import { lastPushOf } from '../../ref-log';
import { CatFilesService, RepositoriesService, roleOf, type Repository } from '../../repositories';
import type { LfsLockFacts } from './lfs-locks.service';
import { stalenessOf, type Staleness } from './lock-staleness.policy';

export interface FoundLock extends LfsLockFacts {
  owner: User;
  stale: Staleness | null;
  /** Whether the default branch has the file. */
  onDefaultBranch: boolean;
}

export interface SoughtLocks {
  id?: number;
  /** The whole path. */
  path?: string;
  /** A part of the path, in any case. */
  text?: string;
  /** The owner's name, in any case. */
  owner?: string;
  /** The branch that it was taken for. */
  ref?: string;
}

export interface LockSearch extends SoughtLocks {
  /** Whose locks come first. */
  viewerId?: number | null;
  limit: number;
  offset: number;
}

const FILTER = `l.repository_id = $1 AND ($2::integer IS NULL OR l.id = $2) AND ($3::text IS NULL OR l.path = $3)
  AND ($4::text IS NULL OR position(lower($4) in lower(l.path)) > 0)
  AND ($5::text IS NULL OR lower(u.name) = lower($5)) AND ($6::text IS NULL OR l.ref = $6)`;

interface Row {
  lock_id: number;
  path: string;
  ref: string | null;
  locked_at: Date;
  owner_role: RepositoryRole | null;
  owner_pushed_at: Date | null;
}

interface Whereabouts {
  /** Whether the tip of some branch has the file; null where there are too many branches to say. */
  exists: boolean | null;
  onDefaultBranch: boolean;
}

/** In a repository with more branches nobody looks for the files of locks on all of them. */
const MAX_BRANCHES = 500;

/** Locks as people look at them: filtered, one's own first, the latest first, with hints at what looks forgotten. */
@Injectable()
export class LockSearchService {
  private readonly rows: JoinedRows<{ u: User }>;

  constructor(
    private readonly database: DataSource,
    private readonly repositories: RepositoriesService,
    private readonly catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.rows = new JoinedRows(database, { u: User });
  }

  async find(repository: Repository, search: LockSearch, signal?: AbortSignal): Promise<FoundLock[]> {
    const found = (await this.select(repository.id, search)).flatMap((row) => {
      const { u: owner } = this.rows.read(row as unknown as Record<string, unknown>);
      return owner ? [{ row, owner }] : [];
    });
    const whereabouts = await this.whereabouts(
      repository,
      found.map(({ row }) => row.path),
      signal,
    );
    const now = this.clock.now();
    return found.map(({ row, owner }) => {
      const circumstances = {
        lockedAt: row.locked_at,
        ownerName: owner.name,
        ownerMayWrite: mayWrite(owner, repository, row.owner_role),
        ownerPushedAt: row.owner_pushed_at,
        fileExists: whereabouts.get(row.path)?.exists ?? null,
      };
      const { lock_id: id, path, ref, locked_at: lockedAt } = row;
      const facts = { id, path, ref, lockedAt, ownerUserId: owner.id, ownerName: owner.name };
      const onDefaultBranch = whereabouts.get(path)?.onDefaultBranch ?? false;
      return { ...facts, owner, onDefaultBranch, stale: stalenessOf(circumstances, now) };
    });
  }

  /** How many {@link find} finds in all. */
  async count(repositoryId: number, search: SoughtLocks): Promise<number> {
    const sql = `SELECT count(*)::int AS locks FROM lfs_locks l JOIN users u ON u.id = l.owner_user_id WHERE ${FILTER}`;
    const [row] = await this.database.query<[{ locks: number }]>(sql, parametersOf(repositoryId, search));
    return row.locks;
  }

  private async select(repositoryId: number, search: LockSearch): Promise<Row[]> {
    return await this.database.query<Row[]>(
      `SELECT ${this.rows.columns}, l.id AS lock_id, l.path, l.ref, l.locked_at, ${roleOf({ repositoryId: 'l.repository_id', userId: 'u.id' })} AS owner_role,
              ${lastPushOf({ repositoryId: 'l.repository_id', userId: 'l.owner_user_id' })} AS owner_pushed_at
         FROM lfs_locks l JOIN users u ON u.id = l.owner_user_id
        WHERE ${FILTER}
        ORDER BY (l.owner_user_id IS NOT DISTINCT FROM $7::integer) DESC, l.id DESC LIMIT $8 OFFSET $9`,
      [...parametersOf(repositoryId, search), search.viewerId ?? null, search.limit, search.offset],
    );
  }

  private async whereabouts(
    { id, defaultBranch }: Repository,
    paths: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, Whereabouts>> {
    if (paths.length === 0) return new Map();
    const repositoryPath = this.repositories.storage.pathOf(id);
    const limit = MAX_BRANCHES + 1;
    const refs = await listRefs(this.git, repositoryPath, { patterns: ['refs/heads/'], limit, signal });
    const others = refs.length > MAX_BRANCHES ? null : [...new Set(refs.map(({ oid }) => oid))];
    const catFile = this.catFiles.open(repositoryPath);
    const look = async (path: string): Promise<Whereabouts> => {
      if (await catFile.info(`refs/heads/${defaultBranch}:${path}`)) return { exists: true, onDefaultBranch: true };
      for (const tip of others ?? []) {
        signal?.throwIfAborted();
        if (await catFile.info(`${tip}:${path}`)) return { exists: true, onDefaultBranch: false };
      }
      return { exists: others === null ? null : false, onDefaultBranch: false };
    };
    return new Map(await Promise.all(paths.map(async (path) => [path, await look(path)] as const)));
  }
}

function parametersOf(repositoryId: number, { id, path, text, owner, ref }: SoughtLocks): unknown[] {
  return [repositoryId, id ?? null, path ?? null, text ?? null, owner ?? null, ref ?? null];
}

/** Whether the owner could still push, whatever their token or key was when they took the lock. */
function mayWrite(owner: User, repository: Repository, collaboratorRole: RepositoryRole | null): boolean {
  if (!owner.isActive) return false;
  const { id: repositoryId, visibility, namespace } = repository;
  const facts = { repositoryId, visibility, namespace, collaboratorRole };
  const { id: userId, name, isAdmin } = owner;
  const role = repositoryRole(
    { kind: 'user', userId, name, isAdmin, via: 'session', scopes: null, repositoryIds: null },
    facts,
  );
  return roleAtLeast(role, 'write');
}
