import type { EditAt } from '@granary/api-contract';
import { faultOfTreePath, resolveAt, type BareRepository, type OpenRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';

/**
 * Splits `<ref>[/<path>]` for pages that change something: the path need not exist, and in an empty repository the
 * default branch is a place, too.
 *
 * @throws DomainError `not_found`
 */
export async function editAt(bare: BareRepository, { repository }: OpenRepository, at: unknown): Promise<EditAt> {
  const text = typeof at === 'string' ? at : '';
  const place = await find(bare, repository, text);
  if (!place || (place.path !== '' && faultOfTreePath(place.path)))
    throw new DomainError('not_found', 'Path not found');
  return place;
}

async function find(
  bare: BareRepository,
  { isEmpty, defaultBranch }: OpenRepository['repository'],
  at: string,
): Promise<EditAt | null> {
  if (!isEmpty) {
    const { ref, kind, sha, path } = await resolveAt(bare, at);
    return { ref, kind, sha, path };
  }
  if (at !== defaultBranch && !at.startsWith(`${defaultBranch}/`)) return null;
  const path = at.slice(defaultBranch.length + 1).replace(/\/+$/, '');
  return { ref: defaultBranch, kind: 'branch', sha: null, path };
}
