import { atOf, branchRef, pageBelow } from '@granary/api-contract';
import { isZeroOid } from '@granary/wire';
import type { RefCommand } from './push.policy';

const BRANCH = 'refs/heads/';
const MAX_NAMED = 3;

/**
 * What the pusher reads after the refs moved: where the repository is after its first push, and later where each new
 * branch is; then how full its namespace is.
 *
 * @param options.page the repository's address.
 */
export function hintsAfter(
  moved: readonly RefCommand[],
  { isFirst, page, warnings = [] }: { isFirst: boolean; page: string; warnings?: readonly string[] },
): string[] {
  const lines = [...placesOf(moved, { isFirst, page }), ...warnings.map((warning) => `Warning: ${warning}`)];
  return lines.length === 0 ? [] : ['', ...lines, ''];
}

function placesOf(moved: readonly RefCommand[], { isFirst, page }: { isFirst: boolean; page: string }): string[] {
  const created = moved
    .filter(({ ref, oldOid, newOid }) => ref.startsWith(BRANCH) && isZeroOid(oldOid) && !isZeroOid(newOid))
    .map(({ ref }) => ref.slice(BRANCH.length));
  if (isFirst) return [created.length > 0 ? `See it at ${page}` : `The repository is at ${page}`];
  const named = created
    .slice(0, MAX_NAMED)
    .map((branch) => `See ${branch} at ${pageBelow(page, 'tree', atOf(branchRef(branch)))}`);
  const others = created.length - named.length;
  return [...named, ...(others > 0 ? [`and ${others} more at ${page}/-/branches`] : [])];
}
