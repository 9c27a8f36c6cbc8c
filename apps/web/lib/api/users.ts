import { AdminUser } from '@granary/api-contract';
import { z } from 'zod';
import { callApi } from './request';

const USERS_A_PAGE = 50;

/** The accounts of the hub, the oldest first; for site administrators. @throws ApiFailure */
export async function readUsers(page: number): Promise<{ users: AdminUser[]; hasNext: boolean }> {
  const response = await callApi('/api/v3/admin/users', { query: { page, per_page: USERS_A_PAGE } });
  const users = z.array(AdminUser).parse(await response.json());
  return { users, hasNext: /rel="next"/.test(response.headers.get('link') ?? '') };
}
