import { blobUrl, isMarkdown, rawUrl, treeUrl } from '@granary/api-contract';
import type { TextPlace } from '../rendering';

export type UrlUse = 'link' | 'image';

/** rehype-sanitize prefixes every id, so that none of them can shadow a name of the page. */
export const ID_PREFIX = 'user-content-';

const ALLOWED: Record<UrlUse, Set<string>> = {
  link: new Set(['http:', 'https:', 'mailto:']),
  image: new Set(['http:', 'https:']),
};
const BASE = 'https://hub.invalid';

function decodeOr(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `..` above the root stays at the root: a README does not link out of its repository by climbing. */
function absolutePath(reference: string, from: string): string {
  const segments = reference.startsWith('/') ? [] : from.split('/').slice(0, -1);
  for (const segment of reference.split('/').map(decodeOr)) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function splitReference(url: string): { path: string; fragment: string } {
  const [beforeFragment = '', fragment = ''] = url.split(/#(.*)/s);
  return { path: beforeFragment.split('?')[0] ?? '', fragment };
}

function pageFragment(path: string, fragment: string): string {
  if (fragment === '') return '';
  return isMarkdown(path) && !/^L\d/.test(fragment) ? `#${ID_PREFIX}${fragment}` : `#${fragment}`;
}

function resolveRelative(url: string, use: UrlUse, { owner, repository, at, path: from }: TextPlace): string {
  const { path: reference, fragment } = splitReference(url);
  if (reference === '') return fragment === '' ? '' : `#${ID_PREFIX}${fragment}`;
  const path = absolutePath(reference, from);
  const name = { owner, name: repository };
  if (use === 'image') return path === '' ? '' : rawUrl(name, at, path);
  if (path === '' || reference.endsWith('/')) return treeUrl(name, at, path);
  return blobUrl(name, at, path) + pageFragment(path, fragment);
}

/**
 * Turns a URL of a Markdown file into one of the hub's pages, or into `''` when its scheme is not allowed.
 * What has a scheme or a host stays as it is; the rest is a path in the repository.
 */
export function resolveUrl(url: string, use: UrlUse, place: TextPlace): string {
  const trimmed = url.trim();
  // A scheme or a host as browsers see them: `java\nscript:` has one, and `\\host` too (WHATWG URL).
  const parsed = URL.canParse(trimmed, BASE) ? new URL(trimmed, BASE) : null;
  if (!parsed) return '';
  if (parsed.origin !== BASE) return ALLOWED[use].has(parsed.protocol) ? parsed.href : '';
  return resolveRelative(trimmed.replace(/[\t\n\r]/g, ''), use, place);
}

/** Whether a resolved URL leaves the hub. */
export function isExternal(url: string): boolean {
  return /^[a-z][a-z\d+.-]*:/i.test(url);
}
