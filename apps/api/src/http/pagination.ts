import { invalidField } from '@granary/kernel';
import type { Response } from 'express';
import type { HubRequest } from './hub-request';

export interface Page {
  page: number;
  perPage: number;
  limit: number;
  offset: number;
}

/** A list is read no further than this; every page behind it is empty. */
const LAST_PAGE = 10_000_000;

/** What is no positive whole number counts as left out; of a parameter that is there twice, the last counts. */
function whole(value: unknown, fallback: number, most: number): number {
  const last: unknown = Array.isArray(value) ? value.at(-1) : value;
  const n = typeof last === 'string' && /^\d+$/.test(last) ? Number(last) : 0;
  return n < 1 ? fallback : Math.min(n, most);
}

/** GitHub's `page` and `per_page` (30, at most 100). `limit` is one more than a page, to know whether there is a next. */
export function pageOf(query: Record<string, unknown>): Page {
  const page = whole(query['page'], 1, LAST_PAGE);
  const perPage = whole(query['per_page'], 30, 100);
  return { page, perPage, limit: perPage + 1, offset: (page - 1) * perPage };
}

export interface PagedAnswer {
  request: HubRequest;
  response: Response;
  baseUrl: string;
  /** How many rows the whole list has; without it nothing says which page is the last. */
  total?: number | null;
}

/** Cuts `rows` to the page and sets `Link` (RFC 8288) as GitHub does. Links come from the configured base URL. */
export function sendPage<T>(rows: T[], page: Page, at: PagedAnswer): T[] {
  const pages = Object.entries(relations(rows.length, page, at.total ?? null));
  setLinks(
    at,
    pages.map(([rel, n]) => ({ rel, place: { page: n } })),
  );
  return rows.slice(0, page.perPage);
}

/** A page of a list that grows at its beginning: what lies behind a row, or right before it. */
export interface Cursor {
  perPage: number;
  limit: number;
  offset: 0;
  /** What is older than the row with this id, the newest first. */
  beforeId?: number;
  /** What is newer than the row with this id: the nearest to it, the newest first. */
  afterId?: number;
}

const CURSOR = /^(newer-)?(\d{1,15})$/;

/** GitHub's `cursor` and `per_page`. @throws DomainError `invalid` if the cursor is none that `Link` named. */
export function cursorOf(query: Record<string, unknown>): Cursor {
  const { perPage, limit } = pageOf({ per_page: query['per_page'] });
  const cursor = query['cursor'] ?? '';
  if (cursor === '') return { perPage, limit, offset: 0 };
  const [, isNewer, id] = (typeof cursor === 'string' && CURSOR.exec(cursor)) || [];
  if (id === undefined) throw invalidField('cursor', 'cursor is the one in the address that Link names', 'invalid');
  return { perPage, limit, offset: 0, [isNewer ? 'afterId' : 'beforeId']: Number(id) };
}

/**
 * As {@link sendPage}, by the ids of the first and the last row that are sent: what comes meanwhile moves nothing from page
 * to page.
 *
 * @param rows the newest first; where there are more than a page holds, the one too many is farthest from the cursor.
 */
export function sendCursorPage<T extends { id: number }>(rows: T[], cursor: Cursor, at: PagedAnswer): T[] {
  const { perPage, beforeId, afterId } = cursor;
  const isCut = rows.length > perPage;
  const sent = isCut && afterId !== undefined ? rows.slice(-perPage) : rows.slice(0, perPage);
  const [first, last] = [sent[0]?.id, sent.at(-1)?.id];
  // Where nothing is left behind or before it, the row that the cursor named is where the list goes on.
  const newer = beforeId === undefined ? (isCut && afterId !== undefined ? first : undefined) : (first ?? beforeId - 1);
  const older = afterId === undefined ? (isCut ? last : undefined) : (last ?? afterId + 1);
  setLinks(at, [
    ...(newer === undefined ? [] : [{ rel: 'prev', place: { cursor: `newer-${newer}` } }]),
    ...(older === undefined ? [] : [{ rel: 'next', place: { cursor: older } }]),
  ]);
  return sent;
}

interface PageLink {
  rel: string;
  place: Record<string, number | string>;
}

/** Each link repeats the address, which may name a very long path; clients take headers of 16 KiB together. */
const MAX_LINKS_LENGTH = 12_000;
/** What is left out last. */
const MOST_NEEDED = ['next', 'prev', 'last', 'first'];

function setLinks(at: PagedAnswer, links: readonly PageLink[]): void {
  const written = links.map(({ rel, place }) => ({ rel, text: `<${pageUrl(at, place)}>; rel="${rel}"` }));
  let room = MAX_LINKS_LENGTH;
  const fitting = [...written]
    .sort((one, other) => MOST_NEEDED.indexOf(one.rel) - MOST_NEEDED.indexOf(other.rel))
    .filter(({ text }) => (room -= text.length + 2) >= 0);
  const sent = written.filter((link) => fitting.includes(link));
  if (sent.length > 0) at.response.set('Link', sent.map(({ text }) => text).join(', '));
}

/** The pages that `Link` names, in GitHub's order. There is no `last` on the last page, and no `first` on the first. */
function relations(found: number, { page, perPage }: Page, total: number | null): Record<string, number> {
  const last = total === null ? null : Math.max(1, Math.ceil(total / perPage));
  const hasNext = found > perPage;
  return {
    ...(page > 1 ? { prev: last === null ? page - 1 : Math.min(page - 1, last) } : {}),
    ...(hasNext ? { next: page + 1 } : {}),
    // The total was counted at another moment than the rows were read.
    ...(last !== null && (hasNext || page > last) ? { last: hasNext ? Math.max(last, page + 1) : last } : {}),
    ...(page > 1 ? { first: 1 } : {}),
  };
}

function pageUrl({ request, baseUrl }: PagedAnswer, place: Record<string, number | string>): string {
  // Not resolved against the base: a path may begin with two slashes, and would be a host then.
  const { pathname, search } = new URL(`http://hub${request.originalUrl}`);
  const link = new URL(baseUrl);
  link.pathname = pathname;
  link.search = search;
  for (const [name, value] of Object.entries(place)) link.searchParams.set(name, String(value));
  return link.href;
}
