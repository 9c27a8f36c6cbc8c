import { PurgeState } from '../purge';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const purgeRoutes = {
  getPurge: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/purge`,
    summary: 'Get the state of the purge',
    answer: PurgeState,
  }),
  requestPurge: defineRoute({
    method: 'POST',
    path: `${REPOSITORY}/purge`,
    summary: 'Request a purge of unreachable objects',
    status: 202,
    answer: PurgeState,
  }),
};
