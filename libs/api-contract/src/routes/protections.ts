import { z } from 'zod';
import { PageQuery } from '../common';
import { CreateProtection, Protection, UpdateProtection } from '../protection';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const protectionsRoutes = {
  listProtections: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/protections`,
    summary: 'List the protections of a repository',
    query: PageQuery,
    answer: z.array(Protection),
  }),
  createProtection: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/protections`,
    summary: 'Create a protection',
    status: 201,
    body: CreateProtection,
    answer: Protection,
  }),
  getProtection: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/protections/:id`,
    summary: 'Get a protection',
    answer: Protection,
  }),
  updateProtection: defineRoute({
    method: 'PATCH',
    path: `${REPOSITORY}/protections/:id`,
    summary: 'Change a protection',
    body: UpdateProtection,
    answer: Protection,
  }),
  deleteProtection: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/protections/:id`,
    summary: 'Delete a protection',
    status: 204,
    answer: z.void(),
  }),
};
