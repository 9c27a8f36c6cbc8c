import { DomainError, invalidField } from '@granary/kernel';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { z } from 'zod';
import { AuditService } from '../audit';
import { isUniqueViolation } from '../database/unique-violation';
import { checkNamespaceName, foldName, isNameShaped } from './name.policy';
import { Namespace } from './namespace.entity';
import { checkPassword, hashPassword } from './password';
import { User } from './user.entity';

export interface NewAccount {
  name: string;
  password: string;
  email?: string | null;
  fullName?: string | null;
  isAdmin?: boolean;
}

/** The first account's name. Reserved for it: `/admin` alone is a page, `/admin/<repository>` is the account's. */
export const FIRST_ADMIN = 'admin';

@Injectable()
export class AccountsService {
  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
  ) {}

  /** Creates the user and its namespace. @throws DomainError `invalid` when the name or address is taken or not allowed. */
  async create(account: NewAccount): Promise<User> {
    if (account.name !== FIRST_ADMIN || (await this.count()) > 0) checkNamespaceName(account.name);
    checkPassword(account.password);
    checkEmail(account.email);
    const passwordHash = await hashPassword(account.password);
    try {
      return await this.database.transaction((manager) => this.insert(manager, account, passwordHash));
    } catch (error) {
      if (isUniqueViolation(error, 'users_email'))
        throw invalidField('email', 'email is already in use', 'already_exists');
      if (isUniqueViolation(error))
        throw invalidField('login', `login "${account.name}" is already taken`, 'already_exists');
      throw error;
    }
  }

  private async insert(manager: EntityManager, account: NewAccount, passwordHash: string): Promise<User> {
    const user = await manager.save(
      manager.create(User, {
        name: account.name,
        email: account.email ?? null,
        fullName: account.fullName ?? null,
        isAdmin: account.isAdmin ?? false,
        passwordHash,
      }),
    );
    const nameFolded = foldName(account.name);
    await manager.insert(Namespace, { name: account.name, nameFolded, kind: 'user', ownerUserId: user.id });
    const details = { user_id: user.id, is_admin: user.isAdmin };
    await this.audit.record(manager, { action: 'user.create', target: user.name, details });
    return user;
  }

  async count(): Promise<number> {
    return this.database.manager.count(User);
  }

  async list(page: { limit: number; offset: number }): Promise<User[]> {
    return this.database.manager.find(User, { order: { id: 'ASC' }, take: page.limit, skip: page.offset });
  }

  async byId(id: number): Promise<User | null> {
    return this.database.manager.findOneBy(User, { id });
  }

  async namespaceByName(name: string): Promise<Namespace | null> {
    if (!isNameShaped(name)) return null;
    return this.database.manager.findOne(Namespace, {
      where: { nameFolded: foldName(name) },
      relations: { owner: true },
    });
  }

  async byName(name: string): Promise<User | null> {
    const namespace = await this.namespaceByName(name);
    return namespace?.owner ?? null;
  }

  /** Users by their e-mail address in lower case; addresses that nobody has are left out. */
  async byEmails(emails: readonly string[]): Promise<Map<string, User>> {
    const wanted = [...new Set(emails.map((email) => email.toLowerCase()))];
    if (wanted.length === 0) return new Map();
    const users = await this.database.manager
      .createQueryBuilder(User, 'u')
      .where('lower(u.email) = ANY(:wanted)', { wanted })
      .getMany();
    return new Map(users.map((user) => [user.email?.toLowerCase() ?? '', user]));
  }

  /** @throws DomainError `not_found` */
  async requireByName(name: string): Promise<User> {
    const user = await this.byName(name);
    if (!user) throw new DomainError('not_found', `There is no user "${name}".`);
    return user;
  }

  async updateProfile(userId: number, change: { fullName?: string | null; email?: string | null }): Promise<User> {
    checkEmail(change.email);
    const set = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    try {
      if (Object.keys(set).length > 0) await this.database.manager.update(User, { id: userId }, set);
    } catch (error) {
      if (isUniqueViolation(error)) throw invalidField('email', 'email is already in use', 'already_exists');
      throw error;
    }
    return this.database.manager.findOneByOrFail(User, { id: userId });
  }

  /** Whoever asks has confirmed the old one ({@link AuthenticationService}). @throws DomainError `invalid` when it is too weak. */
  async changePassword(userId: number, next: string): Promise<void> {
    checkPassword(next, 'new_password');
    const user = await this.database.manager.findOneByOrFail(User, { id: userId });
    const passwordHash = await hashPassword(next);
    await this.database.transaction(async (manager) => {
      await manager.update(User, { id: userId }, { passwordHash });
      await this.audit.record(manager, { action: 'password.change', target: user.name, details: { user_id: userId } });
    });
  }
}

/** Signatures and commits of pages go by the address, whichever way it came. @throws DomainError `invalid` */
function checkEmail(email: string | null | undefined): void {
  if (typeof email !== 'string' || z.email().safeParse(email).success) return;
  throw invalidField('email', 'email is not an e-mail address');
}
