import { Protection, PushRules } from '@granary/api-contract';
import { z } from 'zod';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';

export function protectionsApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/protections`;
}

export function pushRulesApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/push-rules`;
}

export function readProtections(repository: RepositoryName) {
  return readApi(protectionsApiPath(repository), z.array(Protection));
}

export function readProtection(repository: RepositoryName, id: number) {
  return readApi(`${protectionsApiPath(repository)}/${id}`, Protection);
}

export function readPushRules(repository: RepositoryName) {
  return readApi(pushRulesApiPath(repository), PushRules);
}
