import { z } from 'zod';
import { PageQuery } from '../common';
import { AccessToken, CreateAccessToken, CreatedAccessToken } from '../users';
import { defineRoute } from '../route';

export const tokensRoutes = {
  listTokens: defineRoute({
    method: 'GET',
    path: '/api/v3/user/tokens',
    summary: 'List your access tokens',
    query: PageQuery,
    answer: z.array(AccessToken),
  }),
  createToken: defineRoute({
    method: 'POST',
    path: '/api/v3/user/tokens',
    summary: 'Create an access token',
    status: 201,
    body: CreateAccessToken,
    answer: CreatedAccessToken,
  }),
  revokeToken: defineRoute({
    method: 'DELETE',
    path: '/api/v3/user/tokens/:id',
    summary: 'Revoke an access token',
    status: 204,
    answer: z.void(),
  }),
};
