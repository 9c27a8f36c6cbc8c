import {
  type BlobLook,
  BlobPage,
  CommitPage,
  CommitsPage,
  DeletedRepository,
  ExplorePage,
  NamespacePage,
  RefsPage,
  type RefInfo,
  RepositoryFrame,
  routes,
  TreePage,
} from '@granary/api-contract';
import { repositoryApiPath } from '@/lib/repository-url';
import { readApi, readList } from './request';
import { readRows, within } from './route';

const webPath = (owner: string, name: string) => repositoryApiPath('/api/web/repos', { owner, name });

export function readFrame(owner: string, name: string) {
  return readApi(webPath(owner, name), RepositoryFrame);
}

export function readTree(owner: string, name: string, query: { at: string | null; page?: number }) {
  return readApi(`${webPath(owner, name)}/tree`, TreePage, query);
}

/** @param look what of its text is wanted beside the text itself: nothing by default. */
export function readBlob(owner: string, name: string, at: string, look: BlobLook = 'text') {
  return readApi(`${webPath(owner, name)}/blob`, BlobPage, { at, look });
}

export function readCommits(owner: string, name: string, query: { at: string | null; page: number }) {
  return readApi(`${webPath(owner, name)}/commits`, CommitsPage, query);
}

export function readCommit(owner: string, name: string, query: { sha: string; page: number }) {
  return readApi(`${webPath(owner, name)}/commit`, CommitPage, query);
}

export function readRefs(owner: string, name: string, query: { kind: RefInfo['kind']; q: string; page: number }) {
  return readApi(`${webPath(owner, name)}/refs`, RefsPage, query);
}

export function readNamespace(namespace: string, page: number) {
  return readApi(`/api/web/namespaces/${encodeURIComponent(namespace)}`, NamespacePage, { page });
}

export function readExplore(query: { q: string; page: number }) {
  return readApi('/api/web/explore', ExplorePage, { q: query.q || null, page: query.page });
}

/** What the viewer owns or collaborates on, latest push first (GitHub's `sort=pushed`). */
export function readOwnRepositories(most: number) {
  return readRows(routes.listOwnRepositories, {}, { sort: 'pushed', per_page: most });
}

export function readCollaborators(owner: string, name: string, page: number) {
  // Each comes with two forms.
  return readRows(routes.listCollaborators, within({ owner, name }), { page, per_page: 25 });
}

export function readDeletedRepositories(page: number) {
  return readList('/api/web/deleted-repositories', DeletedRepository, { page });
}
