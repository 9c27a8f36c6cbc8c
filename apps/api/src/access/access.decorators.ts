import type { RepositoryRole } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { AccountRight, Actor, OpenRepository, UserActor } from '@granary/forge';
import type { HubRequest } from '../http/hub-request';

/** Who may use a route. A route without one of these stops the process at start. */
export type AccessRule =
  | { kind: 'anyone' }
  /** Acts on the account of whoever asks. */
  | { kind: 'signed_in'; right: AccountRight }
  | { kind: 'site_admin' }
  /** A scraper of metrics, as {@link mayScrape} knows it; otherwise as `site_admin`. */
  | { kind: 'scraper' }
  | { kind: 'repository'; role: RepositoryRole }
  | { kind: 'repository_hooks' }
  /** The handler opens the repository itself: by a signed transfer grant, or to create it by a push. */
  | { kind: 'handler'; reason: string };

export const ACCESS_RULE = 'granary:access';

export const Anyone = () => SetMetadata(ACCESS_RULE, { kind: 'anyone' } satisfies AccessRule);
export const SignedIn = (right: AccountRight) =>
  SetMetadata(ACCESS_RULE, { kind: 'signed_in', right } satisfies AccessRule);
export const Scraper = () => SetMetadata(ACCESS_RULE, { kind: 'scraper' } satisfies AccessRule);
export const SiteAdmin = () => SetMetadata(ACCESS_RULE, { kind: 'site_admin' } satisfies AccessRule);
/** The repository of the route's `:ns/:repo`, opened with at least `role`. */
export const InRepository = (role: RepositoryRole) =>
  SetMetadata(ACCESS_RULE, { kind: 'repository', role } satisfies AccessRule);
export const InRepositoryHooks = () => SetMetadata(ACCESS_RULE, { kind: 'repository_hooks' } satisfies AccessRule);
export const DecidedByHandler = (reason: string) =>
  SetMetadata(ACCESS_RULE, { kind: 'handler', reason } satisfies AccessRule);

const requestOf = (context: ExecutionContext) => context.switchToHttp().getRequest<HubRequest>();

export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => requestOf(context).actor,
);

/** On routes that need a user. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): UserActor => {
  const { actor } = requestOf(context);
  if (actor.kind !== 'user') throw new DomainError('unauthenticated', 'Requires authentication');
  return actor;
});

export const Opened = createParamDecorator((_: unknown, context: ExecutionContext): OpenRepository => {
  const { opened } = requestOf(context);
  if (!opened) throw new Error('Opened() on a route without InRepository()');
  return opened;
});
