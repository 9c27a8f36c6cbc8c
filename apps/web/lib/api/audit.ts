import { routes } from '@granary/api-contract';
import type { RepositoryName } from '@/lib/repository-url';
import { readRows, within } from './route';

/** @throws ApiFailure */
export function readAudit(repository: RepositoryName, query: { action: string; page: number }) {
  return readRows(routes.listAuditOfRepository, within(repository), query);
}

/** What the hub's log is narrowed to; `''` for all. `before` is the id of an entry: those older than it. */
export interface HubAuditQuery {
  actor: string;
  repository: string;
  action: string;
  since: string;
  until: string;
  before: string;
}

/** @throws ApiFailure */
export function readHubAudit(query: HubAuditQuery) {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  return readRows(routes.listAudit, {}, given);
}
