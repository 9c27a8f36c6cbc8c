import { z } from 'zod';
import { AuditEntry, AuditQuery } from '../audit';
import { PageQuery } from '../common';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const auditRoutes = {
  listAuditOfRepository: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/audit`,
    summary: 'List the audit log of a repository',
    query: AuditQuery.extend(PageQuery.shape),
    answer: z.array(AuditEntry),
  }),
  listAudit: defineRoute({
    method: 'GET',
    path: '/api/v3/admin/audit',
    summary: 'List the audit log of the hub',
    query: AuditQuery.extend(PageQuery.shape),
    answer: z.array(AuditEntry),
  }),
};
