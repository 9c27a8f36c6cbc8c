export * from './cat-files.service';
export * from './collaborator.entity';
export * from './collaborators.service';
export * from './repositories.service';
export * from './repository-access.service';
export * from './repository-lists.service';
export * from './repository.entity';
export { RepositoryStorage } from './repository-storage';
