import type { RepositoryRole } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import {
  ANONYMOUS,
  fullName,
  mayManageHooks,
  noteOrigin,
  requireAccountRight,
  RepositoryAccessService,
  userIdOf,
  type Actor,
  type OpenRepository,
  type UserActor,
} from '@granary/forge';
import type { Config } from '@granary/runtime';
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { HubRequest } from '../http/hub-request';
import { repositoryPathOf } from '../http/repository-path';
import { SURFACE, type Surface } from '../surface/surface';
import { ACCESS_RULE, type AccessRule } from './access.decorators';
import { CONFIG } from '../tokens';
import { Authenticator } from './authenticator';
import { PageMemory } from './page-memory';
import { mayScrape } from './scraper.policy';

/** The one global guard: authenticates, then judges the route's rule. Default deny. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly repositories: RepositoryAccessService,
    private readonly pages: PageMemory,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declaredBy = [context.getHandler(), context.getClass()];
    const rule = this.reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, declaredBy);
    if (!rule) throw new DomainError('forbidden', 'This route has no access rule.');
    const request = context.switchToHttp().getRequest<HubRequest>();
    request.surface = this.reflector.getAllAndOverride<Surface | undefined>(SURFACE, declaredBy);
    // For whoever says nothing else: what one may read, no cache keeps for another.
    request.res?.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
    if (rule.kind === 'scraper' && this.isScraper(request)) return true;
    await this.authenticator.authenticate(request);
    const { actor } = request;
    const address = request.clientAddress || null;
    noteOrigin(actor.kind === 'user' ? { actor, via: actor.via, address } : { address });
    await this.judge(rule, request);
    return true;
  }

  /** Its token is no account's, and would be refused as one. */
  private isScraper(request: HubRequest): boolean {
    const { metricsToken: token, baseUrl, trustedProxies } = this.config;
    const { headers, socket } = request;
    request.actor = ANONYMOUS;
    return mayScrape({ token, baseUrl, trustedProxies }, { headers, remoteAddress: socket.remoteAddress });
  }

  private async judge(rule: AccessRule, request: HubRequest): Promise<void> {
    switch (rule.kind) {
      case 'anyone':
      case 'handler':
        return;
      case 'signed_in':
        return requireAccountRight(request.actor, rule.right);
      case 'scraper':
      case 'site_admin':
        requireUser(request.actor);
        if (request.actor.isAdmin) return requireAccountRight(request.actor, 'site.administer');
        throw new DomainError('forbidden', 'Only site administrators may do this.');
      case 'repository':
        request.opened = await this.open(request, rule.role);
        if (request.opened.moved) request.res?.set('X-Granary-Moved-To', fullName(request.opened.repository));
        return;
      case 'repository_hooks':
        request.opened = await this.openForHooks(request);
    }
  }

  /** @throws DomainError as `RepositoryAccessService.open` does. */
  private async open(request: HubRequest, needed: RepositoryRole): Promise<OpenRepository> {
    const { actor } = request;
    const path = repositoryPathOf(request);
    const question = `${userIdOf(actor)} ${path.namespace}/${path.name}`;
    const found = await this.pages.of(request).repositories.ask(question, () => this.repositories.find(actor, path));
    return this.repositories.require(actor, found, needed);
  }

  private async openForHooks(request: HubRequest): Promise<OpenRepository> {
    const opened = await this.open(request, 'read');
    if (mayManageHooks(request.actor, opened.facts)) return opened;
    requireUser(request.actor);
    throw new DomainError('forbidden', 'You need the role "maintain" (or the scope "hooks") to manage webhooks here.');
  }
}

function requireUser(actor: Actor): asserts actor is UserActor {
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Requires authentication');
}
