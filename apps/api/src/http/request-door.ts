import { DomainError } from '@granary/kernel';
import type { RequestHandler } from 'express';
import { surfaceOfPath } from '../surface/path-surface';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const SAFE = new Set(['GET', 'HEAD']);
/** RFC 9112, section 3.2.2. */
const ABSOLUTE_TARGET = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** Refuses what no client of ours sends and what proxies read in two ways, before any route sees it, and takes doubled slashes out. */
export const requestDoor: RequestHandler = (request, response, next) => {
  const hosts = request.rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) throw new DomainError('bad_request', 'The request has more than one Host header.');
  if (!METHODS.includes(request.method)) {
    response.set('Allow', METHODS.join(', '));
    throw new DomainError('method_not_allowed', `${request.method} is not supported.`);
  }
  // The host of an absolute target is as much the client's word as the header is: neither gets into an answer.
  if (ABSOLUTE_TARGET.test(request.url)) {
    const target = request.url.replace(ABSOLUTE_TARGET, '');
    request.url = target.startsWith('/') ? target : `/${target}`;
    request.originalUrl = request.url;
  }
  const single = withSingleSlashes(request.url);
  if (single !== request.url) {
    // A browser would keep the address, in which two slashes at the beginning name a host to the page's scripts.
    const isNavigation = SAFE.has(request.method) && /\btext\/html\b/.test(request.headers.accept ?? '');
    // Browsers read a backslash as a slash, and would leave for another host.
    if (isNavigation) return response.redirect(308, single.replace(/\\/g, '%5C'));
    request.url = single;
    request.originalUrl = single;
  }
  next();
};

/**
 * A target without empty segments in its path: programs put addresses together of a base that ends in a slash and a path
 * that begins with one. Health and metrics keep theirs: a proxy's rule for `/metrics` shall not be got around.
 */
function withSingleSlashes(target: string): string {
  const end = target.search(/[?#]/);
  const path = end < 0 ? target : target.slice(0, end);
  if (!path.includes('//')) return target;
  const single = path.replace(/\/{2,}/g, '/');
  return surfaceOfPath(single) === 'status' ? target : single + target.slice(path.length);
}
