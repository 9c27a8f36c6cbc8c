import { AuditEntry } from '@granary/api-contract';
import { z } from 'zod';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { callApi } from './request';

const ENTRIES_A_PAGE = 50;

/** @throws ApiFailure */
export async function readAudit(
  repository: RepositoryName,
  query: { action: string; page: number },
): Promise<{ entries: AuditEntry[]; hasNext: boolean }> {
  return read(`${repositoryApiPath('/api/v3/repos', repository)}/audit`, query);
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
export function readHubAudit(query: HubAuditQuery): Promise<{ entries: AuditEntry[]; hasNext: boolean }> {
  const given = Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
  return read('/api/v3/admin/audit', given);
}

async function read(
  path: string,
  query: Record<string, string | number>,
): Promise<{ entries: AuditEntry[]; hasNext: boolean }> {
  const response = await callApi(path, { query: { ...query, per_page: ENTRIES_A_PAGE } });
  const entries = z.array(AuditEntry).parse(await response.json());
  return { entries, hasNext: /rel="next"/.test(response.headers.get('link') ?? '') };
}
