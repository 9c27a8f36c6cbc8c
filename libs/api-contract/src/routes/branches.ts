import { z } from 'zod';
import { PageQuery } from '../common';
import { BranchProtection, SetBranchProtection } from '../protection';
import { Tag } from '../refs';
import { Branch, BranchDetail } from '../repositories';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const branchesRoutes = {
  listBranches: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/branches`,
    summary: 'List the branches of a repository',
    query: PageQuery,
    answer: z.array(Branch),
  }),
  getBranchProtection: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/branches/*branch/protection`,
    summary: 'Get the protection of a branch',
    answer: BranchProtection,
  }),
  setBranchProtection: defineRoute({
    method: 'PUT',
    path: `${REPOSITORY}/branches/*branch/protection`,
    summary: 'Protect a branch',
    body: SetBranchProtection,
    answer: BranchProtection,
  }),
  deleteBranchProtection: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/branches/*branch/protection`,
    summary: 'Remove the protection of a branch',
    status: 204,
    answer: z.void(),
  }),
  getBranch: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/branches/*branch`,
    summary: 'Get a branch',
    answer: BranchDetail,
  }),
  listTags: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/tags`,
    summary: 'List the tags of a repository',
    query: PageQuery,
    answer: z.array(Tag),
  }),
};
