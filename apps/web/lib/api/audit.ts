import { AuditEntry } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readList } from './request';

/** @throws ApiFailure */
export function readAudit(repository: RepositoryName, query: { action: string; page: number }) {
  return readList(`${repositoryApiPath('/api/v3/repos', repository)}/audit`, AuditEntry, query);
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
  return readList('/api/v3/admin/audit', AuditEntry, given);
}
