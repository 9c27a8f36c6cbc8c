import { headers } from 'next/headers';
import { cache } from 'react';
import type { z } from 'zod';
import { internalApiUrl } from '@/lib/config';
import { parseFullName } from '@/lib/repository-url';
import { failureOf, RepositoryMoved } from './failure';

const TIMEOUT_MS = 30_000;
const ROWS_A_PAGE = 50;

/**
 * What the API must know of the browser behind us: its session, its name for the list of sessions, the request's id,
 * and its address, which the API process has signed into `x-granary-page`.
 */
const FORWARDED = ['cookie', 'user-agent', 'x-request-id', 'x-granary-page'];

export interface ApiCall {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  /** Mutations by cookie carry the hub's own origin; the API refuses them without. */
  origin?: string;
}

async function forwardedHeaders(call: ApiCall): Promise<Headers> {
  const incoming = await headers();
  const outgoing = new Headers({ accept: 'application/json' });
  for (const name of FORWARDED) {
    const value = incoming.get(name);
    if (value) outgoing.set(name, value);
  }
  if (call.origin) outgoing.set('origin', call.origin);
  if (call.body !== undefined) outgoing.set('content-type', 'application/json');
  return outgoing;
}

function addressOf(path: string, query: ApiCall['query'] = {}): URL {
  const url = new URL(path, internalApiUrl());
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/**
 * Calls the hub's API over loopback as the viewer.
 *
 * @throws ApiFailure when the API refuses; RepositoryMoved when it names another repository; TypeError when it is down.
 */
export async function callApi(path: string, call: ApiCall = {}): Promise<Response> {
  const response = await fetch(addressOf(path, call.query), {
    method: call.method ?? 'GET',
    headers: await forwardedHeaders(call),
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    cache: 'no-store',
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status >= 300) throw movedBy(response) ?? (await failureOf(response));
  return response;
}

/** The API names the repository's new name in a header, beside its answer or beside a redirection. */
function movedBy(response: Response): RepositoryMoved | null {
  const repository = parseFullName(response.headers.get('x-granary-moved-to') ?? '');
  return repository && new RepositoryMoved(repository);
}

/** What the API answered to a page's question. */
interface ApiAnswer {
  body: unknown;
  headers: Headers;
}

/** Asks once while a page is made, however many of its parts want to know. Parameters are text: they are compared. */
const askOnce = cache(async (path: string, query: string): Promise<ApiAnswer> => {
  const response = await callApi(path, { query: Object.fromEntries(new URLSearchParams(query)) });
  const moved = movedBy(response);
  if (moved) throw moved;
  return { body: await response.json(), headers: response.headers };
});

function ask(path: string, query: ApiCall['query'] = {}): Promise<ApiAnswer> {
  const given = Object.entries(query).flatMap(([name, value]) => (value == null ? [] : [[name, String(value)]]));
  return askOnce(path, new URLSearchParams(given).toString());
}

/** One page of a list. */
export interface ListPage<T> {
  rows: T[];
  hasNext: boolean;
}

/** Reads a page of a list, whose `Link` says whether there is a next. Throws as {@link readApi} does. */
export async function readList<S extends z.ZodType>(
  path: string,
  schema: S,
  query: ApiCall['query'],
): Promise<ListPage<z.output<S>>> {
  const { body, headers: told } = await ask(path, { per_page: ROWS_A_PAGE, ...query });
  const rows = (body as unknown[]).map((row) => schema.parse(row));
  return { rows, hasNext: /rel="next"/.test(told.get('link') ?? '') };
}

/**
 * Reads one resource; the schema is the contract, so a deviation throws here and not in the middle of a page.
 *
 * @throws RepositoryMoved also when the answer came under the old name: the page belongs at the new one.
 */
export async function readApi<S extends z.ZodType>(
  path: string,
  schema: S,
  query?: ApiCall['query'],
): Promise<z.output<S>> {
  return schema.parse((await ask(path, query)).body);
}
