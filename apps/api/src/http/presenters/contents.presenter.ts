import type { TreeEntryKind } from '@granary/git-process';
import {
  atOf,
  encodePath,
  fitsRequest,
  pageBelow,
  refInAddress,
  type ContentEntry,
  type RefName,
} from '@granary/api-contract';
import type { PointerFacts } from '@granary/forge';
import { stateOf, type LfsFacts } from '../lfs-states';
import type { RepositoryUrls } from './commit.presenter';

export interface ShownEntry {
  path: string;
  kind: TreeEntryKind;
  oid: string;
  sizeBytes: number;
  lfs?: (PointerFacts & { facts: LfsFacts }) | null;
}

const TYPES = { tree: 'dir', blob: 'file', symlink: 'symlink', submodule: 'submodule' } as const;

/**
 * A name that no address has room for is told as one without a page: its content is at `git_url`.
 *
 * @param place.at what the request named: the addresses go on meaning what it meant.
 */
export function presentEntryContent(
  { path, kind, oid, sizeBytes, lfs }: ShownEntry,
  { at, urls }: { at: RefName; urls: RepositoryUrls },
): ContentEntry {
  const url = `${urls.api}/contents/${encodePath(path)}?ref=${encodeURIComponent(refInAddress(at))}`;
  const page = (view: string) => {
    const address = pageBelow(urls.html, view, atOf(at, path));
    return fitsRequest(address) ? address : null;
  };
  const isModule = kind === 'submodule';
  const git = isModule ? null : `${urls.api}/git/${kind === 'tree' ? 'trees' : 'blobs'}/${oid}`;
  const html = isModule ? null : page(kind === 'tree' ? 'tree' : 'blob');
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
    download_url: isFile ? page('raw') : null,
    _links: { self: url, git, html },
    ...(lfs ? { lfs: { oid: lfs.oid, size: lfs.sizeBytes, ...stateOf(lfs, lfs.facts) } } : {}),
  };
}

/** As GitHub writes it: lines of 60 characters. */
export function base64Lines(content: Buffer): string {
  return content.toString('base64').replace(/.{1,60}/g, '$&\n');
}
