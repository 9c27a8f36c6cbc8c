import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that the IANA has given out for the public internet so far (RFC 4291, section 2.4; IANA IPv6 address space). */
const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::');
const GLOBAL_UNICAST_BITS = 3;

/**
 * True for an address of the public internet. Loopback, private, link-local, unique-local, shared (CGNAT), multicast,
 * documentation and reserved ranges are not, nor is any IPv6 address that carries an IPv4 one (mapped, compatible,
 * NAT64, 6to4, Teredo), because a gateway may unwrap it into the network that the hub stands in.
 *
 * @param address as `dns.lookup` and the URL standard write it, without brackets. Anything else is not public.
 * @see RFC 6890 and the IANA special-purpose address registries.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST, GLOBAL_UNICAST_BITS);
}
