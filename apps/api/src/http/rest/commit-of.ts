import { resolveCommit, resolveHead, type BareRepository, type ResolvedAt } from '@granary/forge';
import { listRefs } from '@granary/git-process';
import { DomainError } from '@granary/kernel';

const EMPTY = 'Git Repository is empty.';

/**
 * The commit that a request names, by the rule of docs/ref-names.md; `''` is the default branch.
 *
 * @throws DomainError `conflict` when there is no default branch yet, `not_found`.
 */
export async function placeNamed(bare: BareRepository, name: string): Promise<ResolvedAt> {
  const place = name === '' || name === 'HEAD' ? await resolveHead(bare) : await resolveCommit(bare, name);
  if (!place) throw new DomainError('conflict', EMPTY);
  return place;
}

/** As {@link placeNamed}: the commit's id. */
export async function commitOf(bare: BareRepository, name: string): Promise<string> {
  return (await placeNamed(bare, name)).sha;
}

/**
 * As {@link commitOf}, for the route of one commit: what names none is a request that cannot be carried out, as with
 * GitHub.
 *
 * @throws DomainError `invalid` in the words that programs look for, `conflict`.
 */
export async function requireCommit(bare: BareRepository, name: string): Promise<string> {
  try {
    return await commitOf(bare, name);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'not_found') throw error;
    const isEmpty = (await listRefs(bare.home, bare.path, { limit: 1, signal: bare.signal })).length === 0;
    if (isEmpty) throw new DomainError('conflict', EMPTY);
    throw new DomainError('invalid', `No commit found for SHA: ${name}`);
  }
}
