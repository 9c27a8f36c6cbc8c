import { DomainError, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { mayUnlockOthers } from '../access';
import { CLOCK } from '../database/tokens';
import type { UserActor } from '../identity/actor';
import type { OpenRepository } from '../repositories';
import { checkLockPath } from './lock-path';

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

/** LFS file locks: one a path, by id never used again, looked up within their repository. */
@Injectable()
export class LfsLocksService {
  constructor(
    private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @returns the lock that holds the path now, and whether it is the new one.
   * @throws DomainError `invalid` when the path is none.
   */
  async create(
    repositoryId: number,
    owner: UserActor,
    wish: { path: string; ref: string | null },
  ): Promise<{ lock: LfsLockFacts; isNew: boolean }> {
    checkLockPath(wish.path);
    const inserted = (await this.database.query(
      `INSERT INTO lfs_locks (repository_id, path, owner_user_id, ref, locked_at) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (repository_id, path) DO NOTHING RETURNING id`,
      [repositoryId, wish.path, owner.userId, wish.ref, this.clock.now()],
    )) as { id: number }[];
    const { locks } = await this.list(repositoryId, { path: wish.path });
    const [lock] = locks;
    // Unlocked again between the two statements: the next try will tell.
    if (!lock) throw new DomainError('conflict', `The lock of ${wish.path} is changing right now; try again.`);
    return { lock, isNew: inserted[0]?.id === lock.id };
  }

  /** In the order of their creation. */
  async list(repositoryId: number, filter: LockFilter): Promise<LockPage> {
    const limit = Math.min(filter.limit ?? DEFAULT_LIMIT, MAX_LIMIT);
    const id = filter.id === undefined ? null : (idOf(filter.id) ?? 0);
    const after = filter.cursor === undefined ? 0 : (idOf(filter.cursor) ?? 0);
    const rows = (await this.database.query(
      `${SELECT} WHERE l.repository_id = $1 AND l.id > $2 AND ($3::text IS NULL OR l.path = $3)
         AND ($4::integer IS NULL OR l.id = $4) ORDER BY l.id LIMIT $5`,
      [repositoryId, after, filter.path ?? null, id, limit + 1],
    )) as Row[];
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
    const [lock] = (await this.list(repository.id, { id })).locks;
    if (!lock) throw new DomainError('not_found', 'There is no such lock.');
    if (lock.ownerUserId !== actor.userId) this.requireForce(actor, { facts, lock, force });
    await this.database.query('DELETE FROM lfs_locks WHERE repository_id = $1 AND id = $2', [repository.id, lock.id]);
    return lock;
  }

  private requireForce(
    actor: UserActor,
    { facts, lock, force }: { facts: OpenRepository['facts']; lock: LfsLockFacts; force: boolean },
  ): void {
    const what = `${lock.path} is locked by ${lock.ownerName}.`;
    if (!mayUnlockOthers(actor, facts)) {
      throw new DomainError(
        'forbidden',
        `${what} Only its owner, or somebody with the role "maintain", may unlock it.`,
      );
    }
    if (!force) throw new DomainError('forbidden', `${what} To unlock it all the same: git lfs unlock --force`);
  }

  /** The paths that `userId` must leave alone, with the names of who holds them. */
  async heldByOthers(
    repositoryId: number,
    userId: number | null,
  ): Promise<Map<string, { path: string; owner: string }>> {
    const rows = (await this.database.query(
      `SELECT l.path, u.name AS owner FROM lfs_locks l JOIN users u ON u.id = l.owner_user_id
        WHERE l.repository_id = $1 AND l.owner_user_id IS DISTINCT FROM $2`,
      [repositoryId, userId],
    )) as { path: string; owner: string }[];
    return new Map(rows.map((row) => [row.path, row]));
  }
}
