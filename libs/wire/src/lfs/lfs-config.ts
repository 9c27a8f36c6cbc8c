import type { ConfigSetting } from '../git/config-list';

/** Where the keys of a `.lfsconfig` send the objects of a repository (git-lfs: docs/man/git-lfs-config.adoc). */
const SERVER_KEYS = /^(?:lfs\.(?:push)?url|remote\..+\.lfs(?:push)?url)$/is;
/** Those for downloads, the first before the others. */
const DOWNLOAD_KEYS = [/^lfs\.url$/i, /^remote\.origin\.lfsurl$/i, /^remote\..+\.lfsurl$/is];

/**
 * The addresses of LFS servers that a `.lfsconfig` names, whether for uploads or downloads.
 *
 * @param settings of the file, as git reads them.
 */
export function lfsServersIn(settings: readonly ConfigSetting[]): string[] {
  return valued(settings).flatMap(({ key, value }) => (SERVER_KEYS.test(key) ? [value] : []));
}

/** Those that have a value. */
function valued(settings: readonly ConfigSetting[]): { key: string; value: string }[] {
  return settings.flatMap(([key, text]) => {
    const value = text?.trim() ?? '';
    return value === '' ? [] : [{ key, value }];
  });
}

/**
 * The address from which clients fetch objects, as git-lfs chooses it among the keys of a `.lfsconfig`: `lfs.url` before
 * that of a remote, and of those `origin` before the others. Of a key that stands there twice the last value holds.
 *
 * @param settings as for {@link lfsServersIn}.
 * @returns null where clients ask the repository's own server.
 */
export function lfsDownloadServerIn(settings: readonly ConfigSetting[]): string | null {
  const named = valued(settings);
  for (const wanted of DOWNLOAD_KEYS) {
    const found = named.findLast(({ key }) => wanted.test(key));
    if (found) return found.value;
  }
  return null;
}

/** Longer ones are nobody's. */
const MAX_ADDRESS_LENGTH = 2048;
/** A name of DNS, or an address of IP, perhaps with a port. */
const SHOWN_HOST = /^(?:[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * The host of an LFS server, as it may be shown to anybody: in ASCII, without user name and password.
 *
 * @param address as a `.lfsconfig` holds it: an `http(s):` or `ssh:` URL, or `user@host:path`.
 * @returns null for every other address (`file:`, a path), and for one that no client would take.
 */
export function lfsServerHost(address: string): string | null {
  // URLs drop some of these silently, where git-lfs refuses them.
  if (address.length > MAX_ADDRESS_LENGTH || /[\p{C}\s\\]/u.test(address)) return null;
  const [scheme = ''] = /^(?:https?|(?:git\+)?ssh):\/\/(?=[^/?#])/i.exec(address) ?? [];
  const isWeb = /^http/i.test(scheme);
  // As one of the web, whose host becomes ASCII, too.
  const url = scheme === '' ? null : urlOf(isWeb ? address : `http://${address.slice(scheme.length)}`);
  const [, short] = /^[^@/:]+@([^@/:]+):/.exec(address) ?? [];
  const host = (isWeb ? url?.host : (url?.hostname ?? short))?.toLowerCase();
  return host !== undefined && SHOWN_HOST.test(host) ? host : null;
}

/** A hub, as the addresses of its repositories show it. */
export interface HubPlace {
  /** E.g. `https://hub.example/git`. */
  baseUrl: string;
  /** Its host for SSH; null where it has none. */
  sshHost: string | null;
}

/**
 * Which repository of the hub `address`, as a `.lfsconfig` may hold it, is the LFS server of.
 *
 * @returns `namespace/name` as it is written there, or null for another server.
 */
export function lfsServerOnHub(address: string, { baseUrl, sshHost }: HubPlace): string | null {
  const path = /^https?:/i.test(address) ? pathBelow(baseUrl, address) : pathOverSsh(sshHost, address);
  return (
    path
      ?.replace(/\/+$/, '')
      .replace(/\/info\/lfs$/, '')
      .replace(/\.git$/, '') ?? null
  );
}

function pathBelow(baseUrl: string, address: string): string | null {
  const [base, url] = [urlOf(baseUrl), urlOf(address)];
  // Whether by http or https: one of the two is often left over from before there was a certificate.
  if (!base || !url || base.hostname !== url.hostname || portOf(base) !== portOf(url)) return null;
  const root = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`;
  return url.pathname.startsWith(root) ? decoded(url.pathname.slice(root.length)) : null;
}

/** The usual ports of both schemes are one: see above. */
function portOf({ port }: URL): string {
  return port === '443' || port === '80' ? '' : port;
}

function pathOverSsh(sshHost: string | null, address: string): string | null {
  if (sshHost === null) return null;
  const url = /^(?:git\+)?ssh:/i.test(address) ? urlOf(address) : null;
  const [, host = url?.hostname, path = url?.pathname] =
    /^(?:[^@/:]+@)?([^@/:]+):(?!\/\/)(.*)$/s.exec(url ? '' : address) ?? [];
  if (host === undefined || path === undefined || host.toLowerCase() !== sshHost.toLowerCase()) return null;
  return decoded(path.replace(/^\/+/, ''));
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function urlOf(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null;
}
