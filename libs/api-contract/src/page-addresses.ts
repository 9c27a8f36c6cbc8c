/** A repository as the first two segments of its URLs name it. */
export interface RepositoryName {
  owner: string;
  name: string;
}

/**
 * Encodes each segment of a ref or of a path inside a repository. Slashes stay: the API splits ref from path.
 * Nothing else survives unescaped, so `#`, `?`, `%` and spaces in names are data and never syntax.
 */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

export function repositoryUrl({ owner, name }: RepositoryName): string {
  return `/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

/** `at` is the rest of a page's URL: `<ref>` or `<ref>/<path>`. */
export function atOf(ref: string, path = ''): string {
  return path === '' ? ref : `${ref}/${path}`;
}

/** A page of one repository at a ref: `tree`, `blob`, `raw`, … */
export function pageUrl(repository: RepositoryName, page: string, at: string): string {
  return `${repositoryUrl(repository)}/-/${page}/${encodePath(at)}`;
}

export function treeUrl(repository: RepositoryName, ref: string, path = ''): string {
  return pageUrl(repository, 'tree', atOf(ref, path));
}

export function blobUrl(repository: RepositoryName, ref: string, path: string): string {
  return pageUrl(repository, 'blob', atOf(ref, path));
}

export function rawUrl(repository: RepositoryName, ref: string, path: string): string {
  return pageUrl(repository, 'raw', atOf(ref, path));
}
