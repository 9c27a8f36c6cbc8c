/** Where the keys of a `.lfsconfig` send the objects of a repository (git-lfs: docs/man/git-lfs-config.adoc). */
const SERVER_KEYS = /^(?:lfs\.(?:push)?url|remote\..+\.lfs(?:push)?url)$/is;

/**
 * The addresses of LFS servers that a `.lfsconfig` names, whether for uploads or downloads.
 *
 * @param listing what `git config --list --null` says of the file.
 */
export function lfsServersIn(listing: string): string[] {
  return listing.split('\0').flatMap((entry) => {
    const lineEnd = entry.indexOf('\n');
    const value = lineEnd < 0 ? '' : entry.slice(lineEnd + 1).trim();
    return value !== '' && SERVER_KEYS.test(entry.slice(0, lineEnd)) ? [value] : [];
  });
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
