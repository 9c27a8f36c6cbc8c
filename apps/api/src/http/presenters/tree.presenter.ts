import type { GitTree } from '@granary/api-contract';
import type { LsTreeEntry } from '@granary/wire';

/** @param at.api the repository's address in the API. */
export function presentTree(
  records: readonly LsTreeEntry[],
  at: { sha: string; isTruncated: boolean; api: string },
): GitTree {
  const url = `${at.api}/git`;
  return {
    sha: at.sha,
    url: `${url}/trees/${at.sha}`,
    tree: records.map(({ path, mode, type, oid, sizeBytes }) => ({
      path,
      mode,
      type,
      sha: oid,
      ...(sizeBytes === null ? {} : { size: sizeBytes }),
      ...(type === 'commit' ? {} : { url: `${url}/${type}s/${oid}` }),
    })),
    truncated: at.isTruncated,
  };
}
