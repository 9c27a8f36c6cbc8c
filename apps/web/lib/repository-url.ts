import {
  archiveBelow,
  atOf,
  fullRefName,
  pageUrl,
  repositoryUrl,
  type RefName,
  type RepositoryName,
} from '@granary/api-contract';

export {
  atOf,
  blobUrl,
  branchRef,
  commitRef,
  encodePath,
  fitsRequest,
  rawUrl,
  repositoryUrl,
  treeUrl,
  type RefName,
  type RepositoryName,
} from '@granary/api-contract';

export type SettingsSection =
  'general' | 'collaborators' | 'protection' | 'push-rules' | 'hooks' | 'lfs' | 'audit' | 'storage';

/** The pages that show one ref: the ref switcher stays on the same kind of page. */
export type RefView = 'tree' | 'blob' | 'commits';

export function namespaceUrl(namespace: string): string {
  return `/${encodeURIComponent(namespace)}`;
}

/** The pages that make a commit. */
type ChangePage = 'edit' | 'new' | 'upload';

/** @param at the rest of an address as it was asked for: what it names is not known yet. */
export function refViewUrl(repository: RepositoryName, view: RefView | ChangePage, at: string): string {
  return pageUrl(repository, view, at);
}

/** @param at the file for `edit`, the directory for the others. */
export function changeUrl(
  repository: RepositoryName,
  page: ChangePage,
  { path = '', ...ref }: RefName & { path?: string },
): string {
  return pageUrl(repository, page, atOf(ref, path));
}

export function commitsUrl(repository: RepositoryName, ref: RefName, path = ''): string {
  return pageUrl(repository, 'commits', atOf(ref, path));
}

export function commitUrl(repository: RepositoryName, sha: string): string {
  return pageUrl(repository, 'commit', sha);
}

/** What the commit changes, and as a mail for `git am`: texts, not pages. */
export function commitTextUrl(repository: RepositoryName, sha: string, form: 'diff' | 'patch'): string {
  return `${commitUrl(repository, sha)}.${form}`;
}

export function branchesUrl(repository: RepositoryName): string {
  return `${repositoryUrl(repository)}/-/branches`;
}

export function tagsUrl(repository: RepositoryName): string {
  return `${repositoryUrl(repository)}/-/tags`;
}

export function locksUrl(repository: RepositoryName): string {
  return `${repositoryUrl(repository)}/-/locks`;
}

interface ArchiveChoice {
  /** `zip`, `tar.gz` and what else the hub can make. */
  format: string;
  /** Only what is below it; the whole tree when empty. */
  path?: string;
  lfs?: boolean;
}

/** Archives hold the content of LFS files unless `lfs` is false: then they hold the pointers. */
export function archiveUrl(
  repository: RepositoryName,
  ref: RefName,
  { format, path = '', lfs = true }: ArchiveChoice,
): string {
  const parameters = [path === '' ? [] : [`path=${encodeURIComponent(path)}`], lfs ? [] : ['lfs=false']].flat();
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `${archiveBelow(repositoryUrl(repository), ref, format)}${query}`;
}

/** What an archive would hold (docs/archives.md). */
export function archiveInfoUrl(repository: RepositoryName, ref: RefName, path: string): string {
  const parameters = new URLSearchParams({ ref: fullRefName(ref), ...(path !== '' && { path }) });
  return `${repositoryApiPath('/api/v3/repos', repository)}/archive/info?${parameters.toString()}`;
}

export function settingsUrl(repository: RepositoryName, section: SettingsSection = 'general'): string {
  const base = `${repositoryUrl(repository)}/-/settings`;
  return section === 'general' ? base : `${base}/${section}`;
}

/** The storage settings with the LFS content below `path`; `''` is the root. */
export function lfsUsageUrl(repository: RepositoryName, path: string): string {
  const base = settingsUrl(repository, 'storage');
  return path === '' ? base : `${base}?path=${encodeURIComponent(path)}`;
}

export function hookUrl(repository: RepositoryName, hookId: number): string {
  return `${settingsUrl(repository, 'hooks')}/${hookId}`;
}

export function protectionUrl(repository: RepositoryName, protectionId: number): string {
  return `${settingsUrl(repository, 'protection')}/${protectionId}`;
}

/** `owner/name` as the API writes it, or null when it is not of that shape. */
export function parseFullName(fullName: string): RepositoryName | null {
  const [owner, name, ...rest] = fullName.split('/');
  return owner && name && rest.length === 0 ? { owner, name } : null;
}

/** The path of a repository in the REST or page-model API, below its root. */
export function repositoryApiPath(root: '/api/v3/repos' | '/api/web/repos', repository: RepositoryName): string {
  return `${root}${repositoryUrl(repository)}`;
}
