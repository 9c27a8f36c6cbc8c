import { resolveCommit, resolveHead, type BareRepository, type ResolvedAt } from '@granary/forge';
import { DomainError } from '@granary/kernel';

/**
 * The commit that a request names, by the rule of docs/ref-names.md; `''` is the default branch.
 *
 * @throws DomainError `conflict` when there is no default branch yet, `not_found`.
 */
export async function placeNamed(bare: BareRepository, name: string): Promise<ResolvedAt> {
  const place = name === '' || name === 'HEAD' ? await resolveHead(bare) : await resolveCommit(bare, name);
  if (!place) throw new DomainError('conflict', 'Git Repository is empty.');
  return place;
}

/** As {@link placeNamed}: the commit's id. */
export async function commitOf(bare: BareRepository, name: string): Promise<string> {
  return (await placeNamed(bare, name)).sha;
}
