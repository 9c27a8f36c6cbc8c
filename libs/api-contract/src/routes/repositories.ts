import { z } from 'zod';
import { PageQuery } from '../common';
import { CreateRepository, Repository, UpdateRepository } from '../repositories';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

const RepositoryDetail = Repository.extend({ object_format: z.enum(['sha1', 'sha256']).nullable() });
const FoundRepositories = z.object({
  total_count: z.number(),
  incomplete_results: z.boolean(),
  items: z.array(Repository.extend({ score: z.number() })),
});

export const repositoriesRoutes = {
  listOwnRepositories: defineRoute({
    method: 'GET',
    path: '/api/v3/user/repos',
    summary: 'List your repositories',
    query: PageQuery,
    answer: z.array(Repository),
  }),
  listRepositoriesOfUser: defineRoute({
    method: 'GET',
    path: '/api/v3/users/:name/repos',
    summary: 'List the repositories of a user',
    query: PageQuery,
    answer: z.array(Repository),
  }),
  searchRepositories: defineRoute({
    method: 'GET',
    path: '/api/v3/search/repositories',
    summary: 'Search repositories',
    query: PageQuery.extend({ q: z.string().optional(), sort: z.string().optional(), order: z.string().optional() }),
    answer: FoundRepositories,
  }),
  createRepository: defineRoute({
    method: 'POST',
    path: '/api/v3/user/repos',
    summary: 'Create a repository',
    status: 201,
    body: CreateRepository,
    answer: RepositoryDetail,
  }),
  getRepository: defineRoute({
    method: 'GET',
    path: REPOSITORY,
    summary: 'Get a repository',
    answer: RepositoryDetail,
  }),
  updateRepository: defineRoute({
    method: 'PATCH',
    path: REPOSITORY,
    summary: 'Change a repository',
    body: UpdateRepository,
    answer: RepositoryDetail,
  }),
  deleteRepository: defineRoute({
    method: 'DELETE',
    path: REPOSITORY,
    summary: 'Delete a repository',
    status: 204,
    answer: z.void(),
  }),
};
