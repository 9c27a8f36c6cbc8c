import type { RefEntry, RefLists } from '@granary/git-process';

/** The branches (or tags, when `kind` is `tag`) whose names hold `q` in any case, in the order of their list. */
export function shownRefs(lists: Pick<RefLists, 'branches' | 'tags'>, query: Record<string, unknown>): RefEntry[] {
  const words = typeof query['q'] === 'string' ? query['q'].trim().toLowerCase() : '';
  return (query['kind'] === 'tag' ? lists.tags : lists.branches).filter(({ name }) =>
    name.toLowerCase().includes(words),
  );
}
