import type { AuditQuery as AuditFilter } from '@granary/api-contract';
import type { AuditQuery } from './audit.service';

/** The hub itself acts under no name; nobody's begins so. */
const THE_HUB = '-';

/** What the API and the command line are asked, as the service has it. */
export function auditSearch(filter: AuditFilter): Omit<AuditQuery, 'repositoryId' | 'limit' | 'offset'> {
  const { action, actor, repository, since, until, before } = filter;
  const [namespace = '', name] = repository.split('/');
  return {
    actionPrefix: action,
    actorName: actor === '' ? undefined : actor === THE_HUB ? null : actor,
    where: namespace === '' ? undefined : { namespace, repository: name },
    since,
    until,
    beforeId: before,
  };
}
