import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '@granary/kernel';

export interface ScraperFacts {
  /** `GRANARY_METRICS_TOKEN` */
  token: string | null;
  /** `GRANARY_BASE_URL` */
  baseUrl: string;
  trustedProxies: readonly string[];
}

export interface ScraperRequest {
  headers: IncomingHttpHeaders;
  /** The other end of the connection. */
  remoteAddress: string | undefined;
}

/** What proxies add (RFC 7239, RFC 9110 section 7.6.3, and custom). */
const FORWARDED = /^(forwarded|via|x-forwarded-.*|x-real-ip|cf-connecting-ip|true-client-ip)$/;

/**
 * Whether a scraper may read `/metrics` without an account: with the token for it; or, where none is set, from this
 * machine, as long as nothing speaks for a proxy between. A plain one looks like a scraper on this machine, and the
 * world is behind it: so an address of the hub that others can reach takes that way off.
 */
export function mayScrape({ token, baseUrl, trustedProxies }: ScraperFacts, request: ScraperRequest): boolean {
  if (token !== null) return isBearer(request.headers.authorization, token);
  const { hostname } = new URL(baseUrl);
  const isOfThisMachine = hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/g, ''));
  if (!isOfThisMachine || trustedProxies.length > 0) return false;
  return isLoopback(request.remoteAddress ?? '') && !Object.keys(request.headers).some((name) => FORWARDED.test(name));
}

function isBearer(authorization: string | undefined, token: string): boolean {
  const [, given = ''] = /^Bearer +(\S+) *$/i.exec(authorization ?? '') ?? [];
  return timingSafeEqual(hash(given), hash(token));
}

const hash = (text: string) => createHash('sha256').update(text).digest();
