import { AdminUser } from '@granary/api-contract';
import { readList } from './request';

/** The accounts of the hub, the oldest first; for site administrators. @throws ApiFailure */
export function readUsers(page: number) {
  return readList('/api/v3/admin/users', AdminUser, { page });
}
