import { notFound } from './page/refusal';
import type { RepositoryName } from './repository-url';

export interface RepositoryParams {
  ns: string;
  repo: string;
}
/**
 * `at` is the rest of the URL, segment by segment. Next hands a page its segments still encoded, so they are decoded
 * here and once; in `generateMetadata` they would arrive decoded (Next 16.4), where `%2520` would become a blank.
 */
export interface AtParams extends RepositoryParams {
  at?: string[];
}
export type SearchParams = Record<string, string | string[] | undefined>;

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    notFound();
  }
}

export function repositoryIn(params: RepositoryParams): RepositoryName {
  return { owner: decode(params.ns), name: decode(params.repo) };
}

export function namespaceIn(params: { ns: string }): string {
  return decode(params.ns);
}

/** `<ref>[/<path>]`, decoded, or null when the URL ends before it. */
export function atIn(params: AtParams): string | null {
  return params.at?.map(decode).join('/') ?? null;
}

/** @returns a positive whole number; a row or a page that cannot be is "not found". */
export function numberIn(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) notFound();
  return Number(text);
}

export function pageNumberIn(search: SearchParams, name = 'page'): number {
  const page = textIn(search, name);
  return page === '' ? 1 : numberIn(page);
}

/** A query parameter; the first one when it is repeated, `''` when it is missing. */
export function textIn(search: SearchParams, name: string): string {
  const value = search[name];
  return (Array.isArray(value) ? value[0] : value) ?? '';
}
