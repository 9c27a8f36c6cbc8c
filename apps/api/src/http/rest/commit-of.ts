import { resolveAt, resolveHead, type BareRepository } from '@granary/forge';
import { DomainError } from '@granary/kernel';

/**
 * The commit that a request names: by a branch, a tag or an id; `''` is the default branch. A branch may be called
 * `heads/<name>`, a tag `tags/<name>`, as GitHub allows.
 *
 * @throws DomainError `conflict` when the repository is empty, `not_found`.
 */
export async function commitOf(bare: BareRepository, ref: string): Promise<string> {
  const place = ref === '' ? await resolveHead(bare) : await find(bare, ref);
  if (!place) throw new DomainError('conflict', 'Git Repository is empty.');
  if (place.path !== '') throw new DomainError('not_found', 'Not Found');
  return place.sha;
}

async function find(bare: BareRepository, ref: string) {
  const short = /^(?:refs\/)?(?:heads|tags)\/(.+)$/.exec(ref)?.[1];
  try {
    return await resolveAt(bare, ref);
  } catch (error) {
    if (short === undefined || !(error instanceof DomainError) || error.code !== 'not_found') throw error;
    return resolveAt(bare, short);
  }
}
