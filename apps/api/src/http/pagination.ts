import type { Response } from 'express';
import type { HubRequest } from './hub-request';

export interface Page {
  page: number;
  perPage: number;
  limit: number;
  offset: number;
}

function whole(value: unknown, fallback: number, most: number): number {
  const n = typeof value === 'string' && /^[0-9]{1,6}$/.test(value) ? Number(value) : fallback;
  return Math.min(Math.max(n, 1), most);
}

/** GitHub's `page` and `per_page` (30, at most 100). `limit` is one more than a page, to know whether there is a next. */
export function pageOf(query: Record<string, unknown>): Page {
  const page = whole(query['page'], 1, 100_000);
  const perPage = whole(query['per_page'], 30, 100);
  return { page, perPage, limit: perPage + 1, offset: (page - 1) * perPage };
}

/** Cuts `rows` to the page and sets `Link` (RFC 8288) as GitHub does. Links come from the configured base URL. */
export function sendPage<T>(
  rows: T[],
  page: Page,
  at: { request: HubRequest; response: Response; baseUrl: string },
): T[] {
  const url = (n: number) => {
    // Not resolved against the base: a path may begin with two slashes, and would be a host then.
    const { pathname, search } = new URL(`http://hub${at.request.originalUrl}`);
    const link = new URL(at.baseUrl);
    link.pathname = pathname;
    link.search = search;
    link.searchParams.set('page', String(n));
    return link.href;
  };
  const links: string[] = [];
  if (page.page > 1) links.push(`<${url(page.page - 1)}>; rel="prev"`, `<${url(1)}>; rel="first"`);
  if (rows.length > page.perPage) links.push(`<${url(page.page + 1)}>; rel="next"`);
  if (links.length > 0) at.response.set('Link', links.join(', '));
  return rows.slice(0, page.perPage);
}
