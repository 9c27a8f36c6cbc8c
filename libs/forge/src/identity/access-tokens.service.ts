import type { TokenScope } from '@granary/api-contract';
import { DomainError, invalidField, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { JoinedRows } from '../database/joined-rows';
import { listed, within, type Listed, type ListRange } from '../database/listed';
import { CLOCK } from '../database/tokens';
import { AccessToken } from './access-token.entity';
import { hasScope, type UserActor } from './actor';
import { hashSecret, looksLikePersonalToken, newPersonalToken, tokenPrefix } from './secret-token';
import { User } from './user.entity';

const DEFAULT_TTL_DAYS = 90;
const DAY_MS = 24 * 3600 * 1000;
const USED_EVERY_MS = 60_000;

export interface NewToken {
  name: string;
  scopes: TokenScope[];
  /** Null: every repository of its user. */
  repositoryIds: number[] | null;
  /** Null never expires; undefined means 90 days. */
  expiresAt: Date | null | undefined;
}

@Injectable()
export class AccessTokensService {
  private readonly rows: JoinedRows<{ token: AccessToken; user: User }>;

  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.rows = new JoinedRows(database, { token: AccessToken, user: User });
  }

  /**
   * Makes a token for the actor. `secret` is shown once and stored hashed.
   * @throws DomainError `forbidden` when the new token would reach further than the actor itself.
   */
  async create(actor: UserActor, input: NewToken): Promise<{ token: AccessToken; secret: string }> {
    this.checkReach(actor, input);
    const now = this.clock.now();
    const expiresAt = expiryOf(actor, input, now);
    if (expiresAt && expiresAt <= now) throw invalidField('expires_at', 'expires_at must lie in the future');
    const secret = newPersonalToken();
    const row = this.database.manager.create(AccessToken, {
      userId: actor.userId,
      name: input.name,
      tokenHash: hashSecret(secret),
      tokenPrefix: tokenPrefix(secret),
      scopes: [...new Set(input.scopes)],
      repositoryIds: input.repositoryIds,
      expiresAt,
    });
    const token = await this.database.transaction(async (manager) => {
      const saved = await manager.save(row);
      const details = {
        id: saved.id,
        user_id: actor.userId,
        scopes: saved.scopes,
        repository_ids: saved.repositoryIds,
        expires_at: expiresAt,
      };
      await this.audit.record(manager, { action: 'token.create', target: saved.name, actor, details });
      return saved;
    });
    return { token, secret };
  }

  private checkReach(actor: UserActor, input: NewToken): void {
    const beyond = input.scopes.filter((scope) => !hasScope(actor, scope) || (scope === 'admin' && !actor.isAdmin));
    if (beyond.length > 0) {
      throw new DomainError('forbidden', `You cannot give a token more than you have: ${beyond.join(', ')}.`);
    }
    const limit = actor.repositoryIds;
    if (limit && !input.repositoryIds?.every((id) => limit.has(id))) {
      throw new DomainError('forbidden', 'This token is limited to named repositories and cannot make a wider one.');
    }
  }

  async list(userId: number, range?: ListRange): Promise<Listed<AccessToken>> {
    const order = { id: 'ASC' as const };
    return listed(this.database.manager.findAndCount(AccessToken, { where: { userId }, order, ...within(range) }));
  }

  async revoke(userId: number, id: number): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const token = await manager.findOneBy(AccessToken, { id, userId });
      const { affected } = await manager.delete(AccessToken, { id, userId });
      if (!token || affected === 0) return false;
      const details = { id, user_id: userId };
      await this.audit.record(manager, { action: 'token.revoke', target: token.name, details });
      return true;
    });
  }

  private async find(secret: string): Promise<{ token?: AccessToken | null; user?: User | null }> {
    const [row] = await this.database.query<Record<string, unknown>[]>(
      `SELECT ${this.rows.columns} FROM access_tokens token JOIN users "user" ON "user".id = token.user_id
        WHERE token.token_hash = $1`,
      [hashSecret(secret)],
    );
    return row ? this.rows.read(row) : {};
  }

  /** The actor that `secret` stands for, or null when it is unknown, expired or its user is not active. */
  async actorOf(secret: string): Promise<UserActor | null> {
    if (!looksLikePersonalToken(secret)) return null;
    const now = this.clock.now();
    const { token, user } = await this.find(secret);
    if (!token || !user?.isActive || (token.expiresAt && token.expiresAt <= now)) return null;
    if (!token.lastUsedAt || now.getTime() - token.lastUsedAt.getTime() > USED_EVERY_MS) {
      await this.database.manager.update(AccessToken, { id: token.id }, { lastUsedAt: now });
    }
    return {
      kind: 'user',
      userId: user.id,
      name: user.name,
      isAdmin: user.isAdmin,
      via: 'token',
      scopes: new Set(token.scopes),
      repositoryIds: token.repositoryIds ? new Set(token.repositoryIds) : null,
      expiresAt: token.expiresAt,
    };
  }
}

/**
 * What is asked for, the default otherwise; never later than the token that makes it.
 * @throws DomainError `forbidden` when something later was asked for.
 */
function expiryOf(actor: UserActor, { expiresAt }: NewToken, now: Date): Date | null {
  const latest = actor.expiresAt ?? null;
  const wanted = expiresAt === undefined ? new Date(now.getTime() + DEFAULT_TTL_DAYS * DAY_MS) : expiresAt;
  if (latest === null || (wanted !== null && wanted <= latest)) return wanted;
  if (expiresAt === undefined) return latest;
  throw new DomainError('forbidden', 'This token expires, and cannot make one that lives longer.', {
    hint: `Ask for an expiry no later than ${latest.toISOString()}, or leave it out.`,
  });
}
