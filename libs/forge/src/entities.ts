import { Archive } from './archives';
import { AccessToken, GpgKey, Namespace, Session, SshKey, User } from './identity';
import { LfsLink, LfsObject } from './lfs';
import { Collaborator, Repository } from './repositories';

/** Every class that TypeORM maps. */
export const ENTITIES = [
  User,
  Namespace,
  Session,
  AccessToken,
  SshKey,
  GpgKey,
  Repository,
  Collaborator,
  LfsObject,
  LfsLink,
  Archive,
];
