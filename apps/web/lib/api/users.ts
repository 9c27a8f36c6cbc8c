import { routes } from '@granary/api-contract';
import { readRows } from './route';

/** The accounts of the hub, the oldest first; for site administrators. @throws ApiFailure */
export function readUsers(page: number) {
  return readRows(routes.listUsers, {}, { page });
}
