import type { RepositoryPath } from '@granary/forge';
import type { Request } from 'express';

/** `:ns/:repo` of the route; `.git` at the end is the same repository. */
export function repositoryPathOf(request: Request): RepositoryPath {
  const namespace = String(request.params['ns'] ?? '');
  const repo = String(request.params['repo'] ?? '');
  return { namespace, name: repo.replace(/\.git$/i, '') };
}
