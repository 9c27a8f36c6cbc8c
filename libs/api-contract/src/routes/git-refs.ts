import { z } from 'zod';
import { PageQuery } from '../common';
import { CreateGitRef, GitRef, UpdateGitRef } from '../refs';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const gitRefsRoutes = {
  getGitRef: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/git/ref/*ref`,
    summary: 'Get a ref',
    answer: GitRef,
  }),
  getGitRefOrBelow: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/git/refs/*ref`,
    summary: 'Get a ref, or those of a folder',
    query: PageQuery,
    answer: z.union([GitRef, z.array(GitRef)]),
  }),
  listMatchingRefs: defineRoute({
    method: 'GET',
    path: [`${REPOSITORY}/git/refs`, `${REPOSITORY}/git/matching-refs`, `${REPOSITORY}/git/matching-refs/*ref`],
    summary: 'List the refs whose names begin alike',
    query: PageQuery,
    answer: z.array(GitRef),
  }),
  createGitRef: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/git/refs`,
    summary: 'Create a ref',
    status: 201,
    body: CreateGitRef,
    answer: GitRef,
  }),
  updateGitRef: defineRoute({
    method: 'PATCH',
    path: `${REPOSITORY}/git/refs/*ref`,
    summary: 'Move a ref',
    body: UpdateGitRef,
    answer: GitRef,
  }),
  deleteGitRef: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/git/refs/*ref`,
    summary: 'Delete a ref',
    status: 204,
    answer: z.void(),
  }),
};
