import { BlockList, isIP, isIPv4 } from 'node:net';

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write clients. */
const WITH_PORT = /^(?:(\d+\.\d+\.\d+\.\d+)|\[([^\]]+)\])(?::\d{1,5})?$/;

/**
 * An IP address in the one form that limits, logs and the audit log compare: without port and zone, IPv4 as IPv4.
 * @returns null when `text` is no address.
 */
export function plainAddress(text: string): string | null {
  const bare = WITH_PORT.exec(text)?.slice(1).find(Boolean) ?? text;
  const [address = ''] = bare.trim().split('%');
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  return isIP(address) === 0 ? null : isIPv4(address) ? address : canonicalIPv6(address);
}

/** RFC 5952, as the URL standard's serializer writes it. */
function canonicalIPv6(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/**
 * Whom limits take for one client: an IPv4 address, or the /64 that a network gives to one customer at least.
 * What is no address is a block of its own.
 */
export function addressBlock(text: string): string {
  const address = plainAddress(text);
  if (address === null || isIPv4(address)) return address ?? text;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - rest.length;
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...rest];
  return `${canonicalIPv6(`${all.slice(0, 4).join(':')}::`)}/64`;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether the address is this machine's own loopback. */
export function isLoopback(text: string): boolean {
  const address = plainAddress(text);
  return address !== null && LOOPBACK.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}
