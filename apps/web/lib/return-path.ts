const BASE = 'http://hub.invalid';

/**
 * Where to go after signing in: `path` when it stays on this hub, else `/`.
 *
 * Browsers read `\` as `/` and drop tabs and newlines, so `/\evil.example` and `/<tab>/evil.example` leave the site.
 * The URL parser follows the same rules (WHATWG URL, "relative slash state"), which makes it the judge.
 */
export function safeReturnPath(path: string | null | undefined): string {
  if (!path || !path.startsWith('/')) return '/';
  if (!URL.canParse(path, BASE)) return '/';
  const url = new URL(path, BASE);
  if (url.origin !== BASE) return '/';
  // The parsed path can still begin with two slashes (`/.//evil.example`), which a browser takes for a host.
  if (url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search + url.hash;
}

/** The sign-in page that brings its reader back to `path`. */
export function loginUrl(path: string): string {
  return path === '/' ? '/login' : `/login?to=${encodeURIComponent(path)}`;
}
