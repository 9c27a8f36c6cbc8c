import { Protection, PushRules } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi, readList } from './request';

export function protectionsApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/protections`;
}

export function pushRulesApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/push-rules`;
}

export function readProtections(repository: RepositoryName, page: number) {
  return readList(protectionsApiPath(repository), Protection, { page });
}

export function readProtection(repository: RepositoryName, id: number) {
  return readApi(`${protectionsApiPath(repository)}/${id}`, Protection);
}

export function readPushRules(repository: RepositoryName) {
  return readApi(pushRulesApiPath(repository), PushRules);
}
