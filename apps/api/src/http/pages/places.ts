import {
  realPath,
  resolveAt,
  resolveHead,
  resolveObject,
  type GitRepository,
  type ObjectAt,
  type ResolvedAt,
} from '@granary/git-process';
import type { At } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';

export function presentAt({ ref, kind, sha, path }: ResolvedAt): At {
  return { ref, kind, sha, path };
}

/** What the parameter `at` of a page names. Null in an empty repository that is asked for its default branch. */
export async function placeAt(bare: GitRepository, at: unknown): Promise<ResolvedAt | null> {
  return typeof at === 'string' && at !== '' ? resolveAt(bare, at) : resolveHead(bare);
}

/**
 * As {@link placeAt}, for what a tag of a tree or a file names, too, and where linked directories lead.
 *
 * @param isFollowed a directory is wanted, be it behind a link; a file otherwise, and the link itself.
 */
export async function objectAt(bare: GitRepository, at: unknown, isFollowed: boolean): Promise<ObjectAt | null> {
  if (typeof at === 'string' && at !== '') {
    const place = await resolveObject(bare, at);
    if (place.type === 'blob' && (isFollowed || place.path !== ''))
      throw new DomainError('not_found', 'Path not found');
    return { ...place, path: await realPath(bare, { ...place, isFollowed }) };
  }
  const head = await resolveHead(bare);
  return head && { ...head, type: 'commit' };
}
