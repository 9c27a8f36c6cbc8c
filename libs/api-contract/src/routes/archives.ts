import { z } from 'zod';
import { ArchiveInfo } from '../archives';
import { defineRoute, written } from '../route';
import { REPOSITORY } from './paths';

/** Which paths go in, and whether LFS files come with their content. */
const ArchiveQuery = z.object({
  path: z.union([z.string(), z.array(z.string())]).optional(),
  lfs: z.enum(['true', 'false']).optional(),
});

export const archivesRoutes = {
  getZipball: defineRoute({
    method: 'GET',
    path: [`${REPOSITORY}/zipball`, `${REPOSITORY}/zipball/*ref`],
    summary: 'Download a ZIP archive',
    query: ArchiveQuery,
    answer: written({ 'application/zip': null }),
  }),
  getTarball: defineRoute({
    method: 'GET',
    path: [`${REPOSITORY}/tarball`, `${REPOSITORY}/tarball/*ref`],
    summary: 'Download a tar archive',
    query: ArchiveQuery,
    answer: written({ 'application/gzip': null }),
  }),
  getArchive: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/archive`,
    summary: 'Download an archive in any format',
    query: ArchiveQuery.extend({ ref: z.string().optional(), format: z.string().optional() }),
    answer: written({
      'application/zip': null,
      'application/gzip': null,
      'application/zstd': null,
      'application/x-xz': null,
      'application/x-bzip2': null,
      'application/x-tar': null,
    }),
  }),
  getArchiveInfo: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/archive/info`,
    summary: 'Get what an archive would hold',
    query: ArchiveQuery.extend({ ref: z.string().optional() }),
    answer: ArchiveInfo,
  }),
};
