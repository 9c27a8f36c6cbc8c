import { z } from 'zod';
import { PageQuery } from '../common';
import { AccessToken, AdminUser, ChangeUser, CreateUser, UpdateProfile, User } from '../users';
import { defineRoute } from '../route';

export const usersRoutes = {
  getSelf: defineRoute({
    method: 'GET',
    path: '/api/v3/user',
    summary: 'Get your profile',
    answer: User,
  }),
  updateSelf: defineRoute({
    method: 'PATCH',
    path: '/api/v3/user',
    summary: 'Change your profile',
    body: UpdateProfile,
    answer: User,
  }),
  getUser: defineRoute({
    method: 'GET',
    path: '/api/v3/users/:name',
    summary: 'Get the profile of a user',
    answer: User,
  }),
  listUsers: defineRoute({
    method: 'GET',
    path: '/api/v3/admin/users',
    summary: 'List the accounts of the hub',
    query: PageQuery,
    answer: z.array(AdminUser),
  }),
  createUser: defineRoute({
    method: 'POST',
    path: '/api/v3/admin/users',
    summary: 'Create an account',
    status: 201,
    body: CreateUser,
    answer: User,
  }),
  getAccount: defineRoute({
    method: 'GET',
    path: '/api/v3/admin/users/:name',
    summary: 'Get an account',
    answer: AdminUser,
  }),
  changeAccount: defineRoute({
    method: 'PATCH',
    path: '/api/v3/admin/users/:name',
    summary: 'Change an account',
    body: ChangeUser,
    answer: AdminUser,
  }),
  deleteAccount: defineRoute({
    method: 'DELETE',
    path: '/api/v3/admin/users/:name',
    summary: 'Delete an account',
    status: 204,
    answer: z.void(),
  }),
  suspendUser: defineRoute({
    method: 'PUT',
    path: '/api/v3/users/:name/suspended',
    summary: 'Suspend a user',
    status: 204,
    answer: z.void(),
  }),
  unsuspendUser: defineRoute({
    method: 'DELETE',
    path: '/api/v3/users/:name/suspended',
    summary: 'Unsuspend a user',
    status: 204,
    answer: z.void(),
  }),
  listTokensOfUser: defineRoute({
    method: 'GET',
    path: '/api/v3/admin/users/:name/tokens',
    summary: 'List the access tokens of an account',
    query: PageQuery,
    answer: z.array(AccessToken),
  }),
  revokeTokenOfUser: defineRoute({
    method: 'DELETE',
    path: '/api/v3/admin/users/:name/tokens/:id',
    summary: 'Revoke an access token of an account',
    status: 204,
    answer: z.void(),
  }),
};
