import { aboutRoutes } from './about';
import { archivesRoutes } from './archives';
import { auditRoutes } from './audit';
import { branchesRoutes } from './branches';
import { collaboratorsRoutes } from './collaborators';
import { commitsRoutes } from './commits';
import { contentsRoutes } from './contents';
import { gitDatabaseRoutes } from './git-database';
import { gitRefsRoutes } from './git-refs';
import { hooksRoutes } from './hooks';
import { keysRoutes } from './keys';
import { lfsRoutes } from './lfs';
import { locksRoutes } from './locks';
import { protectionsRoutes } from './protections';
import { purgeRoutes } from './purge';
import { pushRulesRoutes } from './push-rules';
import { queuesRoutes } from './queues';
import { quotasRoutes } from './quotas';
import { repositoriesRoutes } from './repositories';
import { tokensRoutes } from './tokens';
import { usersRoutes } from './users';

/** Every route of the REST API. */
export const routes = {
  ...aboutRoutes,
  ...archivesRoutes,
  ...auditRoutes,
  ...branchesRoutes,
  ...collaboratorsRoutes,
  ...commitsRoutes,
  ...contentsRoutes,
  ...gitDatabaseRoutes,
  ...gitRefsRoutes,
  ...hooksRoutes,
  ...keysRoutes,
  ...lfsRoutes,
  ...locksRoutes,
  ...protectionsRoutes,
  ...purgeRoutes,
  ...pushRulesRoutes,
  ...queuesRoutes,
  ...quotasRoutes,
  ...repositoriesRoutes,
  ...tokensRoutes,
  ...usersRoutes,
};
