import { PushRules, UpdatePushRules } from '../push-rules';
import { defineRoute } from '../route';
import { REPOSITORY } from './paths';

export const pushRulesRoutes = {
  getPushRules: defineRoute({
    method: 'GET',
    path: `${REPOSITORY}/push-rules`,
    summary: 'Get the push rules of a repository',
    answer: PushRules,
  }),
  updatePushRules: defineRoute({
    method: 'PATCH',
    path: `${REPOSITORY}/push-rules`,
    summary: 'Change the push rules of a repository',
    body: UpdatePushRules,
    answer: PushRules,
  }),
};
