import { z } from 'zod';
import { Commit, CommitComparison, CommitDetail, GitCommit, GitTag, ListCommits } from '../commits';
import { PageQuery } from '../common';
import { defineRoute, written } from '../route';
import { REPOSITORY } from './paths';

export const commitsRoutes = {
  listCommits: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/commits`,
    summary: 'List commits',
    query: ListCommits.extend(PageQuery.shape),
    answer: z.array(Commit),
  }),
  getCommit: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/commits/*ref`,
    summary: 'Get a commit',
    query: PageQuery,
    answer: written({
      'application/json': CommitDetail,
      'application/vnd.github.diff': null,
      'application/vnd.github.patch': null,
      'application/vnd.github.sha': null,
    }),
  }),
  getGitCommit: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/git/commits/:sha`,
    summary: 'Get a commit object',
    answer: GitCommit,
  }),
  getGitTag: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/git/tags/:sha`,
    summary: 'Get the object of an annotated tag',
    answer: GitTag,
  }),
  compareCommits: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/compare/*basehead`,
    summary: 'Compare two commits',
    query: PageQuery,
    answer: written({
      'application/json': CommitComparison,
      'application/vnd.github.diff': null,
      'application/vnd.github.patch': null,
    }),
  }),
};
