import type { ContentEntry } from '@granary/api-contract';
import type { TreeEntryKind } from '@granary/forge';
import type { RepositoryUrls } from './commit.presenter';

export interface ShownEntry {
  path: string;
  kind: TreeEntryKind;
  oid: string;
  sizeBytes: number;
  lfs?: { oid: string; sizeBytes: number } | null;
}

const TYPES = { tree: 'dir', blob: 'file', symlink: 'symlink', submodule: 'submodule' } as const;

/** @param ref as the request wrote it, or the default branch: the addresses go on meaning what it meant. */
export function presentEntryContent(
  { path, kind, oid, sizeBytes, lfs }: ShownEntry,
  { ref, urls }: { ref: string; urls: RepositoryUrls },
): ContentEntry {
  const encoded = encodePath(path);
  const url = `${urls.api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const isModule = kind === 'submodule';
  const git = isModule ? null : `${urls.api}/git/${kind === 'tree' ? 'trees' : 'blobs'}/${oid}`;
  const html = isModule ? null : `${urls.html}/-/${kind === 'tree' ? 'tree' : 'blob'}/${encodePath(ref)}/${encoded}`;
  const isFile = kind === 'blob' || kind === 'symlink';
  return {
    type: TYPES[kind],
    name: path.split('/').at(-1) ?? path,
    path,
    sha: oid,
    size: sizeBytes,
    url,
    git_url: git,
    html_url: html,
    download_url: isFile ? `${urls.html}/-/raw/${encodePath(ref)}/${encoded}` : null,
    _links: { self: url, git, html },
    ...(lfs ? { lfs: { oid: lfs.oid, size: lfs.sizeBytes } } : {}),
  };
}

const encodePath = (path: string) => path.split('/').map(encodeURIComponent).join('/');

/** As GitHub writes it: lines of 60 characters. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}
