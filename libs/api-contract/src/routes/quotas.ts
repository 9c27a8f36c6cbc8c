import { z } from 'zod';
import { LfsUsage, NamespaceQuota, UpdateQuota } from '../quotas';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const quotasRoutes = {
  getQuota: defineRoute({
    method: 'GET',
    path: '/api/v3/namespaces/:ns/quota',
    summary: 'Get the quota of a namespace',
    answer: NamespaceQuota,
  }),
  setQuota: defineRoute({
    method: 'PUT',
    path: '/api/v3/namespaces/:ns/quota',
    summary: 'Set the quota of a namespace',
    body: UpdateQuota,
    answer: NamespaceQuota,
  }),
  getLfsUsage: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/usage`,
    summary: 'Get what LFS files take in a repository',
    query: z.object({ path: z.string().optional() }),
    answer: LfsUsage,
  }),
};
