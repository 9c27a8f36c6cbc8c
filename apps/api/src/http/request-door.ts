import { DomainError } from '@granary/kernel';
import { textOfPath } from '@granary/wire';
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
  const named = withNamesAsText(request.url);
  if (named !== request.url) {
    request.url = named;
    request.originalUrl = named;
  }
  next();
};

/**
 * A target in which every name is text: routes and pages read percent-encoded UTF-8 and nothing else, where the name of a
 * file may be any bytes. What is no percent-encoding at all stays, and is refused.
 *
 * @see textOfPath for the text that stands for such a name.
 */
function withNamesAsText(target: string): string {
  if (!/%[89a-f]/i.test(target) || isUtf8Encoded(target)) return target;
  const end = target.indexOf('?');
  const path = end < 0 ? target : target.slice(0, end);
  const query = end < 0 ? '' : target.slice(end);
  const readable = (part: string) => (isUtf8Encoded(part) ? part : encodeURIComponent(textOfPath(bytesOf(part))));
  const blanks = (part: string) => (isUtf8Encoded(part) ? part : readable(part.replaceAll('+', '%20')));
  return path.replace(/[^/]+/g, readable) + query.replace(/[^?&=]+/g, blanks);
}

/** Whether a router can decode it, or nobody can. */
function isUtf8Encoded(text: string): boolean {
  if (/%(?![0-9a-f]{2})/i.test(text)) return true;
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function bytesOf(encoded: string): Buffer {
  const decode = (_escape: string, digits: string) => String.fromCharCode(parseInt(digits, 16));
  return Buffer.from(
    Buffer.from(encoded)
      .toString('latin1')
      .replace(/%([0-9a-f]{2})/gi, decode),
    'latin1',
  );
}

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
