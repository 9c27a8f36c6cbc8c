import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan, MoreThan, Not } from 'typeorm';
import { AuditService } from '../audit';
import { JoinedRows } from '../database/joined-rows';
import { listed, within, type Listed, type ListRange } from '../database/listed';
import { CLOCK } from '../database/tokens';
import { hashSecret, newSessionSecret } from './secret-token';
import { Session } from './session.entity';
import { User } from './user.entity';

const TTL_SECONDS = 30 * 24 * 3600;
const SEEN_EVERY_SECONDS = 300;

export interface OpenedSession {
  secret: string;
  expiresAt: Date;
}

/** Browser sessions: opaque 256-bit secrets, stored hashed, revocable one by one. */
@Injectable()
export class SessionsService {
  private readonly rows: JoinedRows<{ session: Session; user: User }>;

  constructor(
    private readonly database: DataSource,
    private readonly audit: AuditService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.rows = new JoinedRows(database, { session: Session, user: User });
  }

  async open(userId: number, from: { userAgent: string | null; ip: string | null }): Promise<OpenedSession> {
    const secret = newSessionSecret();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + TTL_SECONDS * 1000);
    const session = {
      tokenHash: hashSecret(secret),
      userId,
      userAgent: from.userAgent?.slice(0, 400) ?? null,
      ip: from.ip,
      lastSeenAt: now,
      expiresAt,
    };
    await this.database.transaction(async (manager) => {
      await manager.insert(Session, session);
      const { name } = await manager.findOneByOrFail(User, { id: userId });
      await this.audit.record(manager, {
        action: 'session.create',
        target: name,
        actor: { userId, name, via: 'session' },
        address: from.ip,
        details: { user_agent: session.userAgent },
      });
    });
    return { secret, expiresAt };
  }

  /** The live session and its active user, or null. */
  async find(secret: string): Promise<{ session: Session; user: User } | null> {
    const now = this.clock.now();
    const [row] = await this.database.query<Record<string, unknown>[]>(
      `SELECT ${this.rows.columns} FROM sessions session JOIN users "user" ON "user".id = session.user_id
        WHERE session.token_hash = $1 AND session.expires_at > $2 AND "user".is_active`,
      [hashSecret(secret), now],
    );
    const { session, user } = row ? this.rows.read(row) : {};
    if (!session || !user) return null;
    if (now.getTime() - session.lastSeenAt.getTime() > SEEN_EVERY_SECONDS * 1000) {
      await this.database.manager.update(Session, { id: session.id }, { lastSeenAt: now });
    }
    return { session, user };
  }

  async close(secret: string): Promise<void> {
    await this.database.manager.delete(Session, { tokenHash: hashSecret(secret) });
  }

  async list(userId: number, range?: ListRange): Promise<Listed<Session>> {
    const where = { userId, expiresAt: MoreThan(this.clock.now()) };
    const order = { lastSeenAt: 'DESC' as const, id: 'DESC' as const };
    return listed(this.database.manager.findAndCount(Session, { where, order, ...within(range) }));
  }

  async revoke(userId: number, sessionId: number): Promise<boolean> {
    return this.database.transaction(async (manager) => {
      const session = await manager.findOneBy(Session, { id: sessionId, userId });
      const { affected } = await manager.delete(Session, { id: sessionId, userId });
      if (!session || affected === 0) return false;
      const details = { user_id: userId, address: session.ip };
      await this.audit.record(manager, {
        action: 'session.revoke',
        target: session.userAgent ?? 'an unknown browser',
        details,
      });
      return true;
    });
  }

  /** After a change of password only the session that changed it stays. */
  async revokeOthers(userId: number, keepSessionId: number | null): Promise<void> {
    const others = keepSessionId === null ? {} : { id: Not(keepSessionId) };
    await this.database.manager.delete(Session, { userId, ...others });
  }

  async sweepExpired(): Promise<void> {
    await this.database.manager.delete(Session, { expiresAt: LessThan(this.clock.now()) });
  }
}
