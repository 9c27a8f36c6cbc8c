import { DomainError, systemClock } from '@granary/kernel';
import {
  AccountsService,
  ANONYMOUS,
  LFS_CREDENTIAL_PREFIX,
  LfsBatchService,
  AuthenticationService,
  FORGE_OPTIONS,
  SessionsService,
  type Actor,
  type ForgeOptions,
} from '@granary/forge';
import { Inject, Injectable } from '@nestjs/common';
import type { HubRequest } from '../http/hub-request';
import { surfaceOf } from '../surface/path-surface';
import { isGoodOn } from './credential-surfaces';
import { PageMemory } from './page-memory';
import { isSafe } from './safe-methods';
import { sessionCookie } from './session-cookie';

/** Who asks: by `Authorization` (Bearer, token, Basic) or by the browser's session cookie. */
@Injectable()
export class Authenticator {
  private readonly cookieName: string;

  constructor(
    private readonly authentication: AuthenticationService,
    private readonly sessions: SessionsService,
    private readonly pages: PageMemory,
    private readonly accounts: AccountsService,
    private readonly batches: LfsBatchService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {
    this.cookieName = sessionCookie(options.baseUrl).name;
  }

  /** Sets `request.actor`. @throws DomainError `unauthenticated` when credentials were given and are wrong. */
  async authenticate(request: HubRequest): Promise<void> {
    request.actor = ANONYMOUS;
    const { authorization } = request.headers;
    request.actor = authorization ? await this.byHeader(request, authorization) : await this.byCookie(request);
  }

  private async byHeader(request: HubRequest, authorization: string): Promise<Actor> {
    const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? [];
    const ip = request.clientAddress;
    switch (scheme.toLowerCase()) {
      case 'bearer':
      case 'token':
        return this.authentication.bearer(value, ip);
      case 'basic': {
        const { name, secret } = readBasic(value);
        if (secret.startsWith(LFS_CREDENTIAL_PREFIX)) return this.byLfsCredential(request, secret);
        return this.authentication.basic(name, secret, ip);
      }
    }
    throw new DomainError('unauthenticated', 'The Authorization header is neither Basic nor Bearer.');
  }

  private async byLfsCredential(request: HubRequest, secret: string): Promise<Actor> {
    const credential = isGoodOn('lfs', surfaceOf(request))
      ? this.batches.credentials.read(secret, systemClock.now())
      : null;
    const user = credential && (await this.accounts.byId(credential.userId));
    if (!credential || !user?.isActive)
      throw new DomainError('unauthenticated', 'The LFS credential is not valid any more.');
    return {
      kind: 'user',
      userId: user.id,
      name: user.name,
      isAdmin: user.isAdmin,
      via: 'token',
      scopes: new Set([credential.operation === 'upload' ? 'repo:write' : 'repo:read']),
      repositoryIds: new Set([credential.repositoryId]),
      lfsOperation: credential.operation,
    };
  }

  private async byCookie(request: HubRequest): Promise<Actor> {
    if (!isGoodOn('session', surfaceOf(request))) return ANONYMOUS;
    const secret = readCookie(request.headers.cookie, this.cookieName);
    const found = secret && (await this.pages.of(request).sessions.ask(secret, () => this.sessions.find(secret)));
    if (!secret || !found) return ANONYMOUS;
    if (!isSafe(request.method)) this.requireOrigin(request);
    request.session = found.session;
    request.account = found.user;
    request.sessionSecret = secret;
    const { user } = found;
    return {
      kind: 'user',
      userId: user.id,
      name: user.name,
      isAdmin: user.isAdmin,
      via: 'session',
      scopes: null,
      repositoryIds: null,
    };
  }

  /** A cookie goes along with requests that other sites make: a mutation must say that it came from the hub's pages. */
  private requireOrigin(request: HubRequest): void {
    const { origin, host } = request.headers;
    const own = [new URL(this.options.baseUrl).origin, `http://${host}`, `https://${host}`];
    if (origin !== undefined && own.includes(origin)) return;
    throw new DomainError('forbidden', 'This request did not come from a page of the hub.', {
      hint: 'Scripts use a token in the Authorization header instead of the cookie.',
    });
  }
}

/** Some programs leave the colon out where nothing stands behind it. */
function readBasic(value: string): { name: string; secret: string } {
  const pair = Buffer.from(value, 'base64').toString('utf8');
  const [name = ''] = pair.split(':', 1);
  return { name, secret: pair.slice(name.length + 1) };
}

function readCookie(header: string | undefined, name: string): string | undefined {
  const pair = header
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
