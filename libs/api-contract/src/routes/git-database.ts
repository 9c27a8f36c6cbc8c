import { z } from 'zod';
import { GitCommit, GitTag } from '../commits';
import { GitBlob, GitTree } from '../contents';
import { CreateGitBlob, CreateGitCommit, CreateGitTag, CreateGitTree, CreatedGitBlob } from '../git-database';
import { defineRoute, written } from '../route';
import { REPOSITORY } from './paths';

export const gitDatabaseRoutes = {
  getGitTree: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/git/trees/*sha`,
    summary: 'Get a tree',
    query: z.object({ recursive: z.string().optional() }),
    answer: GitTree,
  }),
  getGitBlob: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/git/blobs/:sha`,
    summary: 'Get a blob',
    answer: written({ 'application/json': GitBlob, 'application/vnd.github.raw': null }),
  }),
  createGitBlob: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/git/blobs`,
    summary: 'Create a blob',
    status: 201,
    body: CreateGitBlob,
    answer: CreatedGitBlob,
  }),
  createGitTree: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/git/trees`,
    summary: 'Create a tree',
    status: 201,
    body: CreateGitTree,
    answer: GitTree,
  }),
  createGitCommit: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/git/commits`,
    summary: 'Create a commit object',
    status: 201,
    body: CreateGitCommit,
    answer: GitCommit,
  }),
  createGitTag: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/git/tags`,
    summary: 'Create the object of an annotated tag',
    status: 201,
    body: CreateGitTag,
    answer: GitTag,
  }),
};
