import { isIP } from 'node:net';
import { OutboundError } from './outbound-error';
import { isPublicAddress } from './public-address';

export interface OutboundRules {
  /** Plain http to public hosts too. */
  allowHttp: boolean;
  /**
   * Hosts that an administrator vouches for, as `host` or `host:port` (IPv6 in brackets): they may have any address and
   * may be asked by plain http.
   */
  allowedHosts: readonly string[];
}

const MAX_URL_LENGTH = 2048;
const DEFAULT_PORTS: Record<string, string> = { 'http:': '80', 'https:': '443' };

/** Where requests may go. Names are judged here; the addresses behind them when they are resolved. */
export class TargetPolicy {
  constructor(private readonly rules: OutboundRules) {}

  /** @throws OutboundError `blocked`, with a text for whoever wrote the URL. */
  parse(text: string): URL {
    if (text.length > MAX_URL_LENGTH) throw blocked(`the URL is longer than ${MAX_URL_LENGTH} characters`);
    if (!URL.canParse(text)) throw blocked('this is not a URL');
    const url = new URL(text);
    if (!(url.protocol in DEFAULT_PORTS)) throw blocked('the URL must begin with https:// or http://');
    if (url.username || url.password) throw blocked('the URL must not hold a user name or a password');
    const vouched = this.vouchesFor(url);
    if (url.protocol === 'http:' && !this.rules.allowHttp && !vouched)
      throw blocked('the URL must begin with https://');
    const address = hostOf(url);
    if (isIP(address) !== 0 && !vouched) this.requirePublic([address]);
    return url;
  }

  vouchesFor(url: URL): boolean {
    const port = url.port || DEFAULT_PORTS[url.protocol];
    const names = [url.hostname, `${url.hostname}:${port}`];
    return this.rules.allowedHosts.some((host) => names.includes(host.toLowerCase()));
  }

  /** Every one of them: a name with one private address may be a trap (DNS rebinding). */
  requirePublic(addresses: readonly string[]): void {
    if (addresses.length > 0 && addresses.every(isPublicAddress)) return;
    throw blocked('the host is not on the public internet', 'An administrator can allow it by name.');
  }
}

/** The URL's host as an address or a name: without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function blocked(message: string, hint?: string): OutboundError {
  return new OutboundError('blocked', hint ? `${message}. ${hint}` : message);
}
