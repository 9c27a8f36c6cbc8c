import { addressBlock, DomainError, invalidField, systemClock, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK } from '../database/tokens';
import { AccessTokensService } from './access-tokens.service';
import type { UserActor } from './actor';
import { FailedSignIns } from './failed-sign-ins';
import { foldName } from './name.policy';
import { verifyPassword } from './password';
import { RememberedPasswords } from './remembered-passwords';
import { looksLikePersonalToken } from './secret-token';
import { SignInLimits } from './sign-in-limits.service';
import { User } from './user.entity';

/** Turns what a client sent into an actor. Wrong credentials are `unauthenticated`, never silently anonymous. */
@Injectable()
export class AuthenticationService {
  private readonly failures: FailedSignIns;
  private readonly remembered: RememberedPasswords;

  constructor(
    private readonly database: DataSource,
    private readonly tokens: AccessTokensService,
    private readonly audit: AuditService,
    private readonly limits: SignInLimits,
    @Inject(CLOCK) clock: Clock = systemClock,
  ) {
    this.failures = new FailedSignIns(clock);
    this.remembered = new RememberedPasswords(clock);
  }

  /**
   * `Authorization: Basic`, as programs write it: a token as password with any user name, a token as user name with any
   * password or none, or the account's own name and password. What stands in the place of the name and has the shape of a
   * token is looked up as one and fails as one, so that no password is stretched for it, nor counted.
   */
  async basic(name: string, secret: string, address: string): Promise<UserActor> {
    const actor = await this.byToken(secret, address);
    if (actor) return actor;
    if (looksLikePersonalToken(name.trim())) return this.bearer(name, address);
    if (secret === '') throw passwordMissing();
    return this.password(name, secret, address);
  }

  async bearer(secret: string, address: string): Promise<UserActor> {
    // A right token is never held up by somebody's wrong ones behind the same address.
    const actor = await this.byToken(secret, address);
    if (actor) return actor;
    await this.limits.noteUnknownToken(secret, address);
    await this.tell({ target: 'a token', via: 'token', ip: address });
    throw new DomainError('unauthenticated', 'Bad credentials', {
      hint: 'The token is unknown, revoked or expired. Make a new one under Settings, Access tokens.',
    });
  }

  private async byToken(secret: string, address: string): Promise<UserActor | null> {
    // A shell that writes the header by `echo` leaves the end of its line behind the token.
    const actor = await this.tokens.actorOf(secret.trim());
    if (actor) await this.limits.noteGood({ account: accountKey(actor.userId), address });
    return actor;
  }

  /** The account's name (or e-mail address) and password. */
  async password(name: string, password: string, address: string): Promise<UserActor> {
    const user = await this.findForPassword(name);
    if (!(await this.isRight(user, { typed: name, password, address })) || !user) {
      // What somebody typed who has no account may be a password.
      await this.tell({ target: user?.name ?? 'an unknown account', via: 'password', ip: address });
      throw new DomainError('unauthenticated', 'Bad credentials', {
        hint: 'The user name and password do not match. For git, a personal access token as password works too.',
      });
    }
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

  /**
   * The password of somebody who is signed in, asked for before a change that a stolen session must not make. Counts as a
   * sign-in does.
   * @throws DomainError `invalid` when it is wrong, `rate_limited`.
   */
  async confirmPassword(actor: UserActor, given: { field: string; password: string; address: string }): Promise<void> {
    const { field, password, address } = given;
    const user = await this.findForPassword(actor.name);
    if (user?.id === actor.userId && (await this.isRight(user, { typed: actor.name, password, address }))) return;
    await this.tell({ target: actor.name, via: 'password', ip: address });
    throw invalidField(field, `${field} is not right`);
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

  /** Of an account that is active. One that is unknown costs the same, and counts the same. */
  private async isRight(
    user: User | null,
    { typed, password, address }: { typed: string; password: string; address: string },
  ): Promise<boolean> {
    const given = user && { user, password, block: addressBlock(address) };
    const isRemembered = () => given !== null && this.remembered.matches(given);
    if (isRemembered()) return user?.isActive === true;
    const attempt = { account: user ? accountKey(user.id) : `name ${foldName(typed)}`, address };
    const judged = await this.limits.judge(attempt, async () => {
      // One of the same client's that came at the same time may just have been judged.
      if (isRemembered()) return user?.isActive === true ? true : null;
      return (await verifyPassword(user?.passwordHash ?? null, password)) && user?.isActive ? true : null;
    });
    if (judged && given) this.remembered.remember(given);
    return judged === true;
  }
}

/** For the limits: a name and an e-mail address of one account are one account. */
const accountKey = (userId: number) => `user ${userId}`;

/**
 * With a mere name git asks for the first time where the address has one (`http://alice@…`), before it looks for the
 * password: that is no guess, and does not count as one.
 */
function passwordMissing(): DomainError {
  return new DomainError('unauthenticated', 'The password is empty.', {
    hint: 'Give the password of the account, or a personal access token in its place.',
  });
}
