import { faultOfTreePath, resolveAt, type GitRepository } from '@granary/git-process';
import type { EditAt } from '@granary/api-contract';
import type { OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';

/**
 * Splits `<ref>[/<path>]` for pages that change something: the path need not exist, and in an empty repository the
 * default branch is a place, too.
 *
 * @throws DomainError `not_found`
 */
export async function editAt(bare: GitRepository, { repository }: OpenRepository, at: unknown): Promise<EditAt> {
  const text = typeof at === 'string' ? at : '';
  const place = await find(bare, repository, text);
  if (!place || (place.path !== '' && faultOfTreePath(place.path)))
    throw new DomainError('not_found', 'Path not found');
  return place;
}

async function find(
  bare: GitRepository,
  { isEmpty, defaultBranch }: OpenRepository['repository'],
  at: string,
): Promise<EditAt | null> {
  if (!isEmpty) {
    const { ref, kind, sha, path } = await resolveAt(bare, at);
    return { ref, kind, sha, path };
  }
  const names = ['HEAD', `refs/heads/${defaultBranch}`, `heads/${defaultBranch}`, defaultBranch];
  const name = names.find((each) => at === each || at.startsWith(`${each}/`));
  if (name === undefined) return null;
  return { ref: defaultBranch, kind: 'branch', sha: null, path: at.slice(name.length + 1).replace(/\/+$/, '') };
}
