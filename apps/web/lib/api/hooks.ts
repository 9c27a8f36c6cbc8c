import { Hook, HookDelivery, HookDeliveryDetail } from '@granary/api-contract';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi, readList } from './request';

export function hooksApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/hooks`;
}

export function readHooks(repository: RepositoryName, page: number) {
  return readList(hooksApiPath(repository), Hook, { page });
}

export function readHook(repository: RepositoryName, hookId: number) {
  return readApi(`${hooksApiPath(repository)}/${hookId}`, Hook);
}

export function readDeliveries(repository: RepositoryName, { hookId, page }: { hookId: number; page: number }) {
  return readList(`${hooksApiPath(repository)}/${hookId}/deliveries`, HookDelivery, { page });
}

export function readDelivery(repository: RepositoryName, { hookId, id }: { hookId: number; id: number }) {
  return readApi(`${hooksApiPath(repository)}/${hookId}/deliveries/${id}`, HookDeliveryDetail);
}
