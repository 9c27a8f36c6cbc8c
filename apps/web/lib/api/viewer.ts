import { Viewer, type User } from '@granary/api-contract';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { loginUrl } from '@/lib/return-path';
import { readApi } from './request';

/** Who looks at the page, and the hub's settings; asked once a request. */
export const getViewer = cache(() => readApi('/api/web/viewer', Viewer));

/** The signed-in user; anybody else is sent to sign in and comes back to `path`. */
export async function requireUser(path: string): Promise<User> {
  const { user } = await getViewer();
  return user ?? redirect(loginUrl(path));
}
