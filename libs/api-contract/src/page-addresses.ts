/** A repository as the first two segments of its URLs name it. */
export interface RepositoryName {
  owner: string;
  name: string;
}

/** A name that is no UTF-8, as all answers write it: `"caf\\351"`. */
const BYTE_NAME = /^"(?:[^"\\]|\\\\|\\[0-3][0-7]{2})*"$/;
const BYTE = /\\([0-3][0-7]{2})|\\\\/g;

/**
 * Encodes each segment of a ref or of a path inside a repository. Slashes stay: the API splits ref from path.
 * Nothing else survives unescaped, so `#`, `?`, `%` and spaces in names are data and never syntax. A name that is no
 * UTF-8 becomes its bytes.
 */
export function encodePath(path: string): string {
  return path.split('/').map(encodeName).join('/');
}

function encodeName(name: string): string {
  const isBytes = BYTE_NAME.test(name) && /\\[0-3]/.test(name.replaceAll('\\\\', ''));
  if (!isBytes) return encodeURIComponent(name);
  const parts = name.slice(1, -1).split(BYTE);
  const escapes = name.slice(1, -1).match(BYTE) ?? [];
  // Two pieces for each escape: what stands before it, and its digits.
  const bytes = parts
    .map((part, at) => (at % 2 === 0 ? encodeURIComponent(part ?? '') : byteOf(escapes[(at - 1) / 2])))
    .join('');
  // A name that only looks like one of those is told by its text, or it would be read as that one.
  return isWellEncoded(bytes) ? encodeURIComponent(name) : bytes;
}

/** Whether each escape of a URL is one, and all of them together are UTF-8. */
export function isWellEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function byteOf(escape = ''): string {
  const byte = escape === '\\\\' ? 0x5c : parseInt(escape.slice(1), 8);
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

export function repositoryUrl({ owner, name }: RepositoryName): string {
  return `/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** A branch or a tag by its short name, a commit by its whole id. */
export interface RefName {
  kind: 'branch' | 'tag' | 'commit';
  ref: string;
}

/** A branch whose name, with or without a path behind it, would be read as something else. */
const READ_OTHERWISE = /^(?:HEAD|refs|heads|tags|[0-9a-f]{40}|[0-9a-f]{64})(?:\/|$)/;

/**
 * How addresses name a ref, so that they lead there for ever: a tag in full, because a branch of the same name, which may
 * be made at any time, goes before it; a branch by its short name, where that is read so. docs/ref-names.md has the rule.
 */
export function refInAddress({ kind, ref }: RefName): string {
  if (kind === 'tag') return `refs/tags/${ref}`;
  return kind === 'branch' && READ_OTHERWISE.test(ref) ? `refs/heads/${ref}` : ref;
}

/** As {@link refInAddress}, without any choice: for archives, which take no name that has two meanings. */
export function fullRefName({ kind, ref }: RefName): string {
  return kind === 'commit' ? ref : `refs/${kind === 'tag' ? 'tags' : 'heads'}/${ref}`;
}

/** The rest of a page's URL: `<ref>` or `<ref>/<path>`. */
export function atOf(ref: RefName, path = ''): string {
  return path === '' ? refInAddress(ref) : `${refInAddress(ref)}/${path}`;
}

/** The commit of this whole id, as {@link atOf} takes it. */
export const commitRef = (sha: string): RefName => ({ kind: 'commit', ref: sha });

/** The branch of this name, as {@link atOf} takes it. */
export const branchRef = (name: string): RefName => ({ kind: 'branch', ref: name });

/** `refs/heads/main` or `refs/tags/v1`, as {@link atOf} takes it; null for a ref that no page shows. */
export function refOfFullName(fullName: string): RefName | null {
  const [, folder, ref] = /^refs\/(heads|tags)\/(.+)$/s.exec(fullName) ?? [];
  return ref === undefined ? null : { kind: folder === 'tags' ? 'tag' : 'branch', ref };
}

/**
 * A page of one repository at a ref: `tree`, `blob`, `raw`, …
 *
 * @param repository its address, with or without a host: {@link repositoryUrl}.
 */
export function pageBelow(repository: string, page: string, at: string): string {
  return `${repository}/-/${page}/${encodePath(at)}`;
}

/** As {@link pageBelow}, of the same host. */
export function pageUrl(repository: RepositoryName, page: string, at: string): string {
  return pageBelow(repositoryUrl(repository), page, at);
}

/** @param extension `zip`, `tar.gz` and what else the hub can make. */
export function archiveBelow(repository: string, ref: RefName, extension: string): string {
  return `${pageBelow(repository, 'archive', fullRefName(ref))}.${extension}`;
}

/** Line and headers of a request have 16 KiB together, and cookies need some of them. */
const MAX_ADDRESS_LENGTH = 12_000;

/** Whether a browser can ask for an address: git has names that none has room for. */
export function fitsRequest(address: string): boolean {
  return address.length <= MAX_ADDRESS_LENGTH;
}

export function treeUrl(repository: RepositoryName, ref: RefName, path = ''): string {
  return pageUrl(repository, 'tree', atOf(ref, path));
}

export function blobUrl(repository: RepositoryName, ref: RefName, path: string): string {
  return pageUrl(repository, 'blob', atOf(ref, path));
}

export function rawUrl(repository: RepositoryName, ref: RefName, path: string): string {
  return pageUrl(repository, 'raw', atOf(ref, path));
}
