import { DomainError } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService, type AuditAction } from '../audit';
import { Namespace } from './namespace.entity';
import { checkPassword, hashPassword } from './password';
import { Session } from './session.entity';
import { User } from './user.entity';

/** What administrators do to the accounts of others. */
@Injectable()
export class AccountLifecycleService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
  ) {}

  /**
   * A disabled account signs in nowhere from this moment: its sessions end; its password, tokens, SSH and GPG keys are good
   * for nothing until it is enabled again.
   * @throws DomainError `not_found`; `conflict` for the last administrator.
   */
  async setActive(userId: number, isActive: boolean): Promise<User> {
    return this.change(userId, async (manager, user) => {
      if (user.isActive === isActive) return;
      if (!isActive) await requireAnotherAdmin(manager, user, 'disabled');
      await manager.update(User, { id: userId }, { isActive });
      if (!isActive) await manager.delete(Session, { userId });
      await this.record(manager, user, isActive ? 'user.enable' : 'user.disable');
    });
  }

  /** @throws DomainError `not_found`; `conflict` for the last administrator. */
  async setAdmin(userId: number, isAdmin: boolean): Promise<User> {
    return this.change(userId, async (manager, user) => {
      if (user.isAdmin === isAdmin) return;
      if (!isAdmin) await requireAnotherAdmin(manager, user, 'made an ordinary user');
      await manager.update(User, { id: userId }, { isAdmin });
      await this.record(manager, user, isAdmin ? 'user.promote' : 'user.demote');
    });
  }

  /** Ends the account's sessions too: whoever knew the old password may have them. @throws DomainError `not_found`, `invalid`. */
  async resetPassword(userId: number, password: string): Promise<User> {
    checkPassword(password);
    const passwordHash = await hashPassword(password);
    return this.change(userId, async (manager, user) => {
      await manager.update(User, { id: userId }, { passwordHash });
      await manager.delete(Session, { userId });
      await this.record(manager, user, 'password.reset');
    });
  }

  /**
   * Removes the account with its sessions, tokens, keys, locks and roles. What it did stays in the audit log, under its name.
   * @throws DomainError `not_found`; `conflict` while it owns repositories, deleted ones that can be restored included, or
   *   for the last administrator.
   */
  async remove(userId: number): Promise<void> {
    await this.change(userId, async (manager, user) => {
      await requireAnotherAdmin(manager, user, 'deleted');
      await requireNoRepositories(manager, user);
      await manager.delete(Namespace, { ownerUserId: userId });
      await this.record(manager, user, 'user.delete');
      await manager.delete(User, { id: userId });
    });
  }

  /** Holds the account's row, so that two changes of it follow each other. */
  private async change(userId: number, work: (manager: EntityManager, user: User) => Promise<void>): Promise<User> {
    return this.database.transaction(async (manager) => {
      const held = { where: { id: userId }, lock: { mode: 'pessimistic_write' as const } };
      const user = await manager.findOne(User, held);
      if (!user) throw new DomainError('not_found', 'There is no such user.');
      await work(manager, user);
      return (await manager.findOneBy(User, { id: userId })) ?? user;
    });
  }

  private record(manager: EntityManager, user: User, action: AuditAction): Promise<void> {
    return this.audit.record(manager, { action, target: user.name, details: { user_id: user.id } });
  }
}

/** Any number will do, as long as every hub takes the same. */
const LAST_ADMIN_LOCK = 7_291_061;

/** Two administrators who disable each other at the same moment come here one after the other. */
async function requireAnotherAdmin(manager: EntityManager, user: User, done: string): Promise<void> {
  if (!user.isAdmin || !user.isActive) return;
  await manager.query('SELECT pg_advisory_xact_lock($1)', [LAST_ADMIN_LOCK]);
  const others = await manager.countBy(User, { isAdmin: true, isActive: true });
  if (others > 1) return;
  throw new DomainError('conflict', `${user.name} is the last active administrator, and cannot be ${done}.`, {
    hint: 'Make another user an administrator first.',
  });
}

async function requireNoRepositories(manager: EntityManager, user: User): Promise<void> {
  const namespace = await manager.findOneBy(Namespace, { ownerUserId: user.id });
  if (!namespace) return;
  // A push that creates one waits for this row.
  await manager.query('SELECT 1 FROM namespaces WHERE id = $1 FOR UPDATE', [namespace.id]);
  const [{ count = 0 } = {}] = await manager.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM repository_summaries WHERE namespace_id = $1',
    [namespace.id],
  );
  if (count === 0) return;
  throw new DomainError('conflict', `${user.name} owns ${count === 1 ? 'a repository' : `${count} repositories`}.`, {
    hint: 'Transfer or delete them first; a deleted repository counts until it is purged. Or disable the account.',
  });
}
