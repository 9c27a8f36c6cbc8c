import {
  BlobPage,
  Collaborator,
  CommitPage,
  CommitsPage,
  DeletedRepository,
  ExplorePage,
  NamespacePage,
  Repository,
  RepositoryFrame,
  TreePage,
} from '@granary/api-contract';
import { cache } from 'react';
import { z } from 'zod';
import { repositoryApiPath } from '@/lib/repository-url';
import { readApi } from './request';

// `cache` compares its arguments by identity, so these take plain strings: a page and its title share one answer.
const webPath = (owner: string, name: string) => repositoryApiPath('/api/web/repos', { owner, name });

export const readFrame = cache((owner: string, name: string) => readApi(webPath(owner, name), RepositoryFrame));

export const readTree = cache((owner: string, name: string, at: string | null) =>
  readApi(`${webPath(owner, name)}/tree`, TreePage, { at }),
);

export const readBlob = cache((owner: string, name: string, at: string) =>
  readApi(`${webPath(owner, name)}/blob`, BlobPage, { at }),
);

export function readCommits(owner: string, name: string, query: { at: string | null; page: number }) {
  return readApi(`${webPath(owner, name)}/commits`, CommitsPage, query);
}

export const readCommit = cache((owner: string, name: string, sha: string) =>
  readApi(`${webPath(owner, name)}/commit`, CommitPage, { sha }),
);

export const readNamespace = cache((namespace: string) =>
  readApi(`/api/web/namespaces/${encodeURIComponent(namespace)}`, NamespacePage),
);

export function readExplore(query: { q: string; page: number }) {
  return readApi('/api/web/explore', ExplorePage, { q: query.q || null, page: query.page });
}

/** What the viewer owns or collaborates on, latest push first (GitHub's `sort=pushed`). */
export function readOwnRepositories() {
  return readApi('/api/v3/user/repos', z.array(Repository), { sort: 'pushed', per_page: 100 });
}

export function readCollaborators(owner: string, name: string) {
  const path = repositoryApiPath('/api/v3/repos', { owner, name });
  return readApi(`${path}/collaborators`, z.array(Collaborator), { per_page: 100 });
}

export function readDeletedRepositories() {
  return readApi('/api/web/deleted-repositories', z.array(DeletedRepository));
}
