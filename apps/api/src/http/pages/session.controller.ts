import { Register, SignIn, type SessionOpened } from '@granary/api-contract';
import {
  AccountsService,
  AuthenticationService,
  SessionsService,
  SignInLimits,
  type Actor,
  type User,
  type UserActor,
} from '@granary/forge';
import { DomainError } from '@granary/kernel';
import type { Config } from '@granary/runtime';
import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import { z } from 'zod';
import { Anyone, CurrentActor, CurrentUser, SignedIn } from '../../access/access.decorators';
import { sessionCookie } from '../../access/session-cookie';
import { CONFIG } from '../../tokens';
import { Surface } from '../../surface/surface';
import type { HubRequest } from '../hub-request';
import { OutsideAddresses } from '../outside';
import { presentUser } from '../presenters/user.presenter';
import { notFoundUnless, routeId } from '../route-id';
import { AskedPage, PagedList } from '../paged-list';
import type { Page } from '../pagination';
import { zodBody } from '../zod-body';

const ChangePassword = z.strictObject({ current_password: z.string(), new_password: z.string() });

/** Signing in and out of the pages. */
@Controller('api/web')
@Surface('web')
export class SessionController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly authentication: AuthenticationService,
    private readonly sessions: SessionsService,
    private readonly limits: SignInLimits,
    private readonly outside: OutsideAddresses,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Get('viewer')
  @Anyone()
  async viewer(@CurrentActor() actor: Actor, @Req() { account }: HubRequest) {
    const user = account ?? (actor.kind === 'user' ? await this.accounts.byId(actor.userId) : null);
    return {
      user: user && this.present(user),
      registration: this.config.registration,
      base_url: this.outside.baseUrl,
      ssh: this.outside.ssh,
      version: this.config.version,
    };
  }

  @Post('session')
  @Anyone()
  @Header('Cache-Control', 'no-store')
  async signIn(@Body(zodBody(SignIn)) pair: SignIn, @Req() request: HubRequest): Promise<SessionOpened> {
    const actor = await this.authentication.password(pair.login, pair.password, request.clientAddress);
    return this.open(actor.userId, request);
  }

  @Post('register')
  @Anyone()
  async register(@Body(zodBody(Register)) input: Register, @Req() request: HubRequest): Promise<SessionOpened> {
    if (this.config.registration !== 'open') {
      throw new DomainError('forbidden', 'Registration is closed on this hub.', {
        hint: 'Ask an administrator for an account.',
      });
    }
    await this.limits.countRegistration(request.clientAddress);
    const user = await this.accounts.create({ name: input.login, password: input.password, email: input.email });
    return this.open(user.id, request);
  }

  @Delete('session')
  @Anyone()
  @HttpCode(204)
  async signOut(@Req() request: HubRequest) {
    if (request.sessionSecret) await this.sessions.close(request.sessionSecret);
  }

  @Get('sessions')
  @PagedList()
  @SignedIn('sessions.list')
  async list(@CurrentUser() actor: UserActor, @AskedPage() page: Page, @Req() request: HubRequest) {
    const { rows, total } = await this.sessions.list(actor.userId, page);
    const sessions = rows.map((session) => ({
      id: session.id,
      user_agent: session.userAgent,
      ip: session.ip,
      created_at: session.createdAt.toISOString(),
      last_seen_at: session.lastSeenAt.toISOString(),
      current: session.id === request.session?.id,
    }));
    return { rows: sessions, total };
  }

  @Delete('sessions/:id')
  @SignedIn('sessions.end')
  @HttpCode(204)
  async revoke(@CurrentUser() actor: UserActor, @Param('id') id: string) {
    notFoundUnless(await this.sessions.revoke(actor.userId, routeId(id)));
  }

  @Put('password')
  @SignedIn('password.change')
  @HttpCode(204)
  async changePassword(
    @CurrentUser() actor: UserActor,
    @Body(zodBody(ChangePassword)) change: z.output<typeof ChangePassword>,
    @Req() request: HubRequest,
  ) {
    const given = { field: 'current_password', password: change.current_password, address: request.clientAddress };
    await this.authentication.confirmPassword(actor, given);
    await this.accounts.changePassword(actor.userId, change.new_password);
    await this.sessions.revokeOthers(actor.userId, request.session?.id ?? null);
  }

  private async open(userId: number, request: HubRequest): Promise<SessionOpened> {
    const user = await this.accounts.byId(userId);
    if (!user) throw new DomainError('unauthenticated', 'Bad credentials');
    const from = { userAgent: request.get('user-agent') ?? null, ip: request.clientAddress };
    const { secret, expiresAt } = await this.sessions.open(userId, from);
    const cookie = sessionCookie(this.outside.baseUrl);
    return {
      token: secret,
      cookie_name: cookie.name,
      secure: cookie.secure,
      expires_at: expiresAt.toISOString(),
      user: this.present(user),
    };
  }

  private present(user: User) {
    return presentUser(user, { baseUrl: this.outside.baseUrl, showEmail: true, publicRepos: 0 });
  }
}
