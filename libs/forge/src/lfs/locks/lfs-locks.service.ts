import { DomainError, visible, type Clock } from '@granary/kernel';
import { checkRefName } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { mayUnlockOthers } from '../../access';
import { AuditService } from '../../audit';
import { CLOCK } from '../../database/tokens';
import type { UserActor } from '../../identity/actor';
import type { OpenRepository } from '../../repositories';
import { checkLockPath } from './lock-path';
import { LockPlacesService } from './lock-places.service';

export interface LfsLockFacts {
  id: number;
  path: string;
  ownerUserId: number;
  ownerName: string;
  /** The branch that its owner worked on. Locks hold on every branch. */
  ref: string | null;
  lockedAt: Date;
}

export interface LockPage {
  locks: LfsLockFacts[];
  /** Where the next page begins; null at the end. */
  nextCursor: string | null;
}

export interface LockFilter {
  path?: string;
  id?: string;
  cursor?: string;
  limit?: number;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;
/** Every push reads those of others. */
const MAX_LOCKS = 10_000;

interface Row {
  id: number;
  path: string;
  owner_user_id: number;
  owner_name: string;
  ref: string | null;
  locked_at: Date;
}

const SELECT = `SELECT l.id, l.path, l.owner_user_id, u.name AS owner_name, l.ref, l.locked_at
  FROM lfs_locks l JOIN users u ON u.id = l.owner_user_id`;

function fromRow(row: Row): LfsLockFacts {
  const { id, path, ref } = row;
  return { id, path, ref, ownerUserId: row.owner_user_id, ownerName: row.owner_name, lockedAt: row.locked_at };
}

/** A number of the id's type, or null for what no lock is called. */
function idOf(text: string): number | null {
  return /^[1-9][0-9]{0,8}$/.test(text) ? Number(text) : null;
}

/**
 * Those who lock in a repository at the same time wait for each other, so that the count is what it is. To be asked for
 * before any lock's row is touched: whoever held that and waited for this would wait for ever.
 */
async function oneAtATime(manager: EntityManager, repositoryId: number): Promise<void> {
  await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR NO KEY UPDATE', [repositoryId]);
}

/** LFS file locks: one a path, by id never used again, looked up within their repository. */
@Injectable()
export class LfsLocksService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    private readonly places: LockPlacesService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @param input.ref what its owner works on, for others to read. A name that can be no branch's is left out.
   * @returns the lock that holds the path now, and whether it is the new one.
   * @throws DomainError `invalid` when the path is none, or the repository spells it otherwise; `conflict` when there are too many.
   */
  async create(
    repositoryId: number,
    owner: UserActor,
    input: { path: string; ref: string | null },
  ): Promise<{ lock: LfsLockFacts; isNew: boolean }> {
    checkLockPath(input.path);
    const ref = input.ref !== null && isBranch(input.ref) ? input.ref : null;
    await this.places.require(repositoryId, input.path, ref);
    const id = await this.database.transaction(async (manager) => {
      await oneAtATime(manager, repositoryId);
      const created = await this.insert(manager, repositoryId, { ...input, ref, owner });
      const what = { target: input.path, repositoryId, actor: owner, details: { id: created, ref } };
      if (created !== null) await this.audit.record(manager, { action: 'lfs_lock.create', ...what });
      return created;
    });
    const { locks } = await this.list(repositoryId, { path: input.path });
    const [lock] = locks;
    // Unlocked again between the two statements: the next try will tell.
    if (!lock)
      throw new DomainError('conflict', `The lock of ${visible(input.path)} is changing right now; try again.`);
    return { lock, isNew: id === lock.id };
  }

  /** @returns its id, or null when the path is locked. */
  private async insert(
    manager: EntityManager,
    repositoryId: number,
    { path, ref, owner }: { path: string; ref: string | null; owner: UserActor },
  ): Promise<number | null> {
    const [{ count }] = await manager.query<[{ count: number }]>(
      'SELECT count(*)::integer AS count FROM lfs_locks WHERE repository_id = $1',
      [repositoryId],
    );
    if (count >= MAX_LOCKS) {
      throw new DomainError('conflict', `${MAX_LOCKS} files are locked here, and no more can be.`, {
        hint: 'Release those that nobody works on: the page Locks shows which look forgotten.',
      });
    }
    const [inserted] = await manager.query<{ id: number }[]>(
      `INSERT INTO lfs_locks (repository_id, path, owner_user_id, ref, locked_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (repository_id, path) DO NOTHING RETURNING id`,
      [repositoryId, path, owner.userId, ref, this.clock.now()],
    );
    return inserted?.id ?? null;
  }

  /** In the order of their creation. */
  async list(repositoryId: number, filter: LockFilter): Promise<LockPage> {
    const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const id = filter.id === undefined ? null : (idOf(filter.id) ?? 0);
    const after = filter.cursor === undefined ? 0 : (idOf(filter.cursor) ?? 0);
    const rows = await this.database.query<Row[]>(
      `${SELECT} WHERE l.repository_id = $1 AND l.id > $2 AND ($3::text IS NULL OR l.path = $3)
         AND ($4::integer IS NULL OR l.id = $4) ORDER BY l.id LIMIT $5`,
      [repositoryId, after, filter.path ?? null, id, limit + 1],
    );
    const locks = rows.slice(0, limit).map(fromRow);
    return { locks, nextCursor: rows.length > limit ? String(locks.at(-1)?.id) : null };
  }

  /**
   * @param force also a lock of somebody else, by maintainers.
   * @returns the lock that is gone.
   * @throws DomainError `not_found`, `forbidden`.
   */
  async unlock(
    actor: UserActor,
    { repository, facts }: OpenRepository,
    { id, force }: { id: string; force: boolean },
  ): Promise<LfsLockFacts> {
    const lock = await this.one(repository.id, id);
    const isOwn = lock.ownerUserId === actor.userId;
    if (!isOwn) this.requireForce(actor, { facts, lock, force });
    await this.database.transaction(async (manager) => {
      await this.remove(manager, repository.id, lock);
      const action = isOwn ? 'lfs_lock.release' : 'lfs_lock.force_release';
      const details = { id: lock.id, owner: lock.ownerName, ref: lock.ref };
      await this.audit.record(manager, { action, target: lock.path, repositoryId: repository.id, actor, details });
    });
    return lock;
  }

  /**
   * Gives the lock of somebody else to the actor, a maintainer. At no moment is the path free. The lock gets a new id:
   * clients remember ids, and the earlier owner's must reach nothing that is not theirs any more.
   *
   * @throws DomainError `not_found`; `conflict` when it is the actor's own; `forbidden`.
   */
  async takeOver(actor: UserActor, { repository, facts }: OpenRepository, id: string): Promise<LfsLockFacts> {
    const former = await this.one(repository.id, id);
    if (former.ownerUserId === actor.userId) {
      throw new DomainError('conflict', `You hold the lock of ${visible(former.path)} already.`);
    }
    this.requireForce(actor, { facts, lock: former, force: true });
    const newId = await this.database.transaction(async (manager) => {
      await oneAtATime(manager, repository.id);
      await this.remove(manager, repository.id, former);
      const created = await this.insert(manager, repository.id, { ...former, owner: actor });
      const details = { id: created, previous_id: former.id, previous_owner: former.ownerName, ref: former.ref };
      const what = { target: former.path, repositoryId: repository.id, actor, details };
      await this.audit.record(manager, { action: 'lfs_lock.take_over', ...what });
      return created;
    });
    return this.one(repository.id, String(newId));
  }

  /** @throws DomainError `not_found` */
  async one(repositoryId: number, id: string): Promise<LfsLockFacts> {
    const [lock] = (await this.list(repositoryId, { id })).locks;
    if (!lock) throw lockNotFound();
    return lock;
  }

  /** Only what is still there: of two who release it at once, one does. */
  private async remove(manager: EntityManager, repositoryId: number, { id }: LfsLockFacts): Promise<void> {
    const [, count] = await manager.query<[unknown, number]>(
      'DELETE FROM lfs_locks WHERE repository_id = $1 AND id = $2',
      [repositoryId, id],
    );
    if (count === 0) throw lockNotFound();
  }

  private requireForce(
    actor: UserActor,
    { facts, lock, force }: { facts: OpenRepository['facts']; lock: LfsLockFacts; force: boolean },
  ): void {
    const what = `${visible(lock.path)} is locked by ${lock.ownerName}.`;
    if (!mayUnlockOthers(actor, facts)) {
      throw new DomainError(
        'forbidden',
        `${what} Only its owner, or somebody with the role "maintain", may unlock it or take it over.`,
      );
    }
    if (!force) throw new DomainError('forbidden', `${what} To unlock it all the same: git lfs unlock --force`);
  }

  /** The paths that `userId` must leave alone, with the names of who holds them. */
  async heldByOthers(
    repositoryId: number,
    userId: number | null,
  ): Promise<Map<string, { path: string; owner: string }>> {
    const rows = await this.database.query<{ path: string; owner: string }[]>(
      `SELECT l.path, u.name AS owner FROM lfs_locks l JOIN users u ON u.id = l.owner_user_id
        WHERE l.repository_id = $1 AND l.owner_user_id IS DISTINCT FROM $2`,
      [repositoryId, userId],
    );
    return new Map(rows.map((row) => [row.path, row]));
  }

  /** The locks of those among `paths` that have one. */
  async onPaths(repositoryId: number, paths: readonly string[]): Promise<Map<string, LfsLockFacts>> {
    if (paths.length === 0) return new Map();
    const rows = await this.database.query<Row[]>(`${SELECT} WHERE l.repository_id = $1 AND l.path = ANY($2)`, [
      repositoryId,
      paths,
    ]);
    return new Map(rows.map((row) => [row.path, fromRow(row)]));
  }
}

function lockNotFound(): DomainError {
  return new DomainError('not_found', 'There is no such lock.');
}

function isBranch(ref: string): boolean {
  return ref.startsWith('refs/heads/') && checkRefName(ref) === null;
}

/** What who comes second is told; clients look for the first words. */
export function alreadyLocked({ path, ownerName }: Pick<LfsLockFacts, 'path' | 'ownerName'>): string {
  return `lock already created: ${visible(path)} is locked by ${ownerName} already.`;
}
