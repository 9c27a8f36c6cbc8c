import { redirect } from 'next/navigation';
import { notFound } from '@/lib/page/refusal';
import type { RepositoryName } from '@/lib/repository-url';
import { loginUrl } from '@/lib/return-path';
import { ApiFailure, RepositoryMoved } from './failure';

export interface PageAddress {
  /** This page's own path, to come back to after signing in. */
  path: string;
  /** The same page of a repository under its new name. */
  movedPath?: (repository: RepositoryName) => string;
}

/** Refusals that must all look like "there is no such page": the API does not tell private from absent, neither do we. */
const ABSENT = new Set([400, 403, 404, 410, 422]);

/** Reads what a page shows and turns the API's refusals into the page's own: sign-in, new name, not found. */
export async function pageData<T>(read: () => Promise<T>, { path, movedPath }: PageAddress): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof RepositoryMoved && movedPath) redirect(movedPath(error.repository));
    if (error instanceof ApiFailure && error.status === 401) redirect(loginUrl(path));
    if (error instanceof ApiFailure && ABSENT.has(error.status)) notFound();
    throw error;
  }
}
