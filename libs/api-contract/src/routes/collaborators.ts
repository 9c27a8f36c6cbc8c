import { z } from 'zod';
import { PageQuery } from '../common';
import { Collaborator, CollaboratorPermission, SetCollaborator } from '../repositories';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const collaboratorsRoutes = {
  listCollaborators: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/collaborators`,
    summary: 'List the collaborators of a repository',
    query: PageQuery.extend({ affiliation: z.string().optional() }),
    answer: z.array(Collaborator),
  }),
  checkCollaborator: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/collaborators/:username`,
    summary: 'Check whether a user is a collaborator',
    status: 204,
    answer: z.void(),
  }),
  getCollaboratorPermission: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/collaborators/:username/permission`,
    summary: 'Get the permission of a user',
    answer: CollaboratorPermission,
  }),
  setCollaborator: defineRoute({
    method: 'PUT',
    path: `${REPOSITORY}/collaborators/:username`,
    summary: 'Add a collaborator, or change their role',
    status: 204,
    body: SetCollaborator,
    answer: z.void(),
  }),
  removeCollaborator: defineRoute({
    method: 'DELETE',
    path: `${REPOSITORY}/collaborators/:username`,
    summary: 'Remove a collaborator',
    status: 204,
    answer: z.void(),
  }),
};
