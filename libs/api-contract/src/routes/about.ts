import { z } from 'zod';
import { defineRoute, written } from '../route';

const Rate = z.object({ limit: z.number(), remaining: z.number(), reset: z.number(), used: z.number() });
const RateLimit = z.object({
  resources: z.object({ core: Rate, search: Rate, graphql: Rate }),
  rate: Rate,
});

export const aboutRoutes = {
  getRoot: defineRoute({
    method: 'GET',
    path: '/api/v3',
    summary: 'Get the addresses of the API',
    answer: z.record(z.string(), z.string()),
  }),
  getOpenApi: defineRoute({
    method: 'GET',
    path: '/api/v3/openapi.json',
    summary: 'Get this description',
    answer: z.record(z.string(), z.unknown()),
  }),
  getMeta: defineRoute({
    method: 'GET',
    path: '/api/v3/meta',
    summary: 'Get what the hub says of itself',
    answer: z.object({ verifiable_password_authentication: z.boolean(), installed_version: z.string() }),
  }),
  listVersions: defineRoute({
    method: 'GET',
    path: '/api/v3/versions',
    summary: 'List the versions of the API',
    answer: z.array(z.string()),
  }),
  getZen: defineRoute({
    method: 'GET',
    path: '/api/v3/zen',
    summary: 'Get a sentence',
    answer: written({ 'text/plain': null }),
  }),
  getRateLimit: defineRoute({
    method: 'GET',
    path: '/api/v3/rate_limit',
    summary: 'Get the rate limit, which no request uses up',
    answer: RateLimit,
  }),
};
