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
  const path = `${repositoryApiPath('/api/v3/repos', repository)}/audit`;
  const response = await callApi(path, { query: { ...query, per_page: ENTRIES_A_PAGE } });
  const entries = z.array(AuditEntry).parse(await response.json());
  return { entries, hasNext: /rel="next"/.test(response.headers.get('link') ?? '') };
}
