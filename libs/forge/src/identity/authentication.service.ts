import { createHmac, randomBytes } from 'node:crypto';
import { DomainError, systemClock, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK } from '../database/tokens';
import { AccessTokensService } from './access-tokens.service';
import type { UserActor } from './actor';
import { FailedAttempts } from './attempts';
import { FailedSignIns } from './failed-sign-ins';
import { foldName } from './name.policy';
import { verifyPassword } from './password';
import { looksLikePersonalToken } from './secret-token';
import { User } from './user.entity';

const FAILURES_PER_ACCOUNT = 5;
const FAILURES_PER_ADDRESS = 20;
const REMEMBER_MS = 5 * 60_000;
const REMEMBERED = 1000;

/** Turns what a client sent into an actor. Wrong credentials are `unauthenticated`, never silently anonymous. */
@Injectable()
export class AuthenticationService {
  private readonly attempts: FailedAttempts;
  private readonly failures: FailedSignIns;
  // A git client sends its password with every request; a right one is not stretched again for a while.
  private readonly remembered = new Map<string, number>();
  private readonly key = randomBytes(32);

  constructor(
    private readonly database: DataSource,
    private readonly tokens: AccessTokensService,
    private readonly audit: AuditService,
    @Inject(CLOCK) private readonly clock: Clock = systemClock,
  ) {
    this.attempts = new FailedAttempts(clock);
    this.failures = new FailedSignIns(clock);
  }

  /** `Authorization: Basic`: a token as password with any user name, or the account's own password. */
  async basic(name: string, secret: string, ip: string): Promise<UserActor> {
    const byToken = await this.tokens.actorOf(secret);
    if (byToken) return byToken;
    return this.password(name, secret, ip);
  }

  /**
   * `Authorization: Basic` with an empty password: a token in the place of the user name. With a mere name git asks for
   * the first time where the address has one (`http://alice@…`), before it looks for the password: that is no guess, and
   * does not count as one.
   */
  async nameAlone(name: string, ip: string): Promise<UserActor> {
    if (looksLikePersonalToken(name)) return this.bearer(name, ip);
    throw new DomainError('unauthenticated', 'The password is empty.', {
      hint: 'Give the password of the account, or a personal access token in its place.',
    });
  }

  async bearer(secret: string, ip: string): Promise<UserActor> {
    const actor = await this.tokens.actorOf(secret);
    // A good token is never held up by somebody's bad ones behind the same address.
    if (actor) return actor;
    this.attempts.check(`ip ${ip}`, FAILURES_PER_ADDRESS);
    this.attempts.record(`ip ${ip}`);
    await this.tell({ target: 'a token', via: 'token', ip });
    throw new DomainError('unauthenticated', 'Bad credentials', {
      hint: 'The token is unknown, revoked or expired. Make a new one under Settings, Access tokens.',
    });
  }

  /** The account's name (or e-mail address) and password. */
  async password(name: string, password: string, ip: string): Promise<UserActor> {
    const account = `account ${foldName(name)}`;
    this.attempts.check(account, FAILURES_PER_ACCOUNT);
    this.attempts.check(`ip ${ip}`, FAILURES_PER_ADDRESS);
    const user = await this.findForPassword(name);
    if (!(await this.matches(user, password)) || !user?.isActive) {
      this.attempts.record(account);
      this.attempts.record(`ip ${ip}`);
      // What somebody typed who has no account may be a password.
      await this.tell({ target: user?.name ?? 'an unknown account', via: 'password', ip });
      throw new DomainError('unauthenticated', 'Bad credentials', {
        hint: 'The user name and password do not match. For git, a personal access token as password works too.',
      });
    }
    this.attempts.clear(account);
    return {
      kind: 'user',
      userId: user.id,
      name: user.name,
      isAdmin: user.isAdmin,
      via: 'password',
      scopes: null,
      repositoryIds: null,
    };
  }

  /** Whoever guesses does not fill the log: see {@link FailedSignIns}. */
  private async tell({ target, via, ip }: { target: string; via: 'password' | 'token'; ip: string }): Promise<void> {
    const untold = this.failures.note(`${via} ${target} ${ip}`);
    if (!untold) return;
    await this.audit.record(this.database.manager, {
      action: 'sign_in.failure',
      target,
      actor: null,
      address: ip || null,
      details: {
        by: via,
        ...(untold.untold > 0 && { more_before: untold.untold }),
        ...(untold.untoldOfAll > 0 && { left_out: untold.untoldOfAll }),
      },
    });
  }

  private findForPassword(name: string): Promise<User | null> {
    return this.database.manager
      .createQueryBuilder(User, 'u')
      .addSelect('u.passwordHash')
      .where('lower(u.name) = :name OR lower(u.email) = :name', { name: foldName(name) })
      .getOne();
  }

  private async matches(user: User | null, password: string): Promise<boolean> {
    const now = this.clock.now().getTime();
    const key = createHmac('sha256', this.key).update(`${user?.id}\0${user?.passwordHash}\0${password}`).digest('hex');
    if (user && (this.remembered.get(key) ?? 0) > now) return true;
    if (!(await verifyPassword(user?.passwordHash ?? null, password))) return false;
    if (this.remembered.size >= REMEMBERED) this.remembered.clear();
    this.remembered.set(key, now + REMEMBER_MS);
    return true;
  }
}
