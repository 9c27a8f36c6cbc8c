import { Hook, HookDelivery, HookDeliveryDetail } from '@granary/api-contract';
import { z } from 'zod';
import { repositoryApiPath, type RepositoryName } from '@/lib/repository-url';
import { readApi } from './request';

export function hooksApiPath(repository: RepositoryName): string {
  return `${repositoryApiPath('/api/v3/repos', repository)}/hooks`;
}

export function readHooks(repository: RepositoryName) {
  return readApi(hooksApiPath(repository), z.array(Hook), { per_page: 100 });
}

export function readHook(repository: RepositoryName, hookId: number) {
  return readApi(`${hooksApiPath(repository)}/${hookId}`, Hook);
}

export function readDeliveries(repository: RepositoryName, hookId: number) {
  return readApi(`${hooksApiPath(repository)}/${hookId}/deliveries`, z.array(HookDelivery), { per_page: 50 });
}

export function readDelivery(repository: RepositoryName, { hookId, id }: { hookId: number; id: number }) {
  return readApi(`${hooksApiPath(repository)}/${hookId}/deliveries/${id}`, HookDeliveryDetail);
}
