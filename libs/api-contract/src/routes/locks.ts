import { z } from 'zod';
import { PageQuery } from '../common';
import { CreateFileLock, FileLock, FileLockQuery, ReleaseFileLockQuery } from '../locks';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const locksRoutes = {
  listFileLocks: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/locks`,
    summary: 'List the file locks of a repository',
    query: FileLockQuery.extend(PageQuery.shape),
    answer: z.array(FileLock),
  }),
  getFileLock: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/lfs/locks/:id`,
    summary: 'Get a file lock',
    answer: FileLock,
  }),
  createFileLock: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/lfs/locks`,
    summary: 'Lock a file',
    status: 201,
    body: CreateFileLock,
    answer: FileLock,
  }),
  releaseFileLock: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/lfs/locks/:id`,
    summary: 'Release a file lock',
    status: 204,
    query: ReleaseFileLockQuery,
    answer: z.void(),
  }),
  takeOverFileLock: defineRoute({
    method: 'PUT',
    path: `${REPOSITORY}/lfs/locks/:id/take-over`,
    summary: 'Take over a file lock',
    answer: FileLock,
  }),
  takeOverFileLockByPost: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/lfs/locks/:id/take-over`,
    summary: 'Take over a file lock, by the other method',
    answer: FileLock,
  }),
};
