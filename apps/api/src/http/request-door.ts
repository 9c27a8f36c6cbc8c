import { DomainError } from '@granary/kernel';
import type { RequestHandler } from 'express';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** RFC 9112, section 3.2.2. */
const ABSOLUTE_TARGET = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

/** Refuses what no client of ours sends and what proxies read in two ways, before any route sees it. */
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
  next();
};
