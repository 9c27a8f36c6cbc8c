import { listParents, type GitRepository } from '@granary/git-process';

/** Commits that are looked at in one push: what is told of it are the newest of these. */
const MAX_COMMITS = 50_000;

/** Commits and what they stand on, newest first. */
export interface CommitGraph {
  parents: ReadonlyMap<string, readonly string[]>;
  /** There are more. */
  isCut: boolean;
}

/**
 * What `tips` reach and `known` do not, the newest 50,000. Ids that git does not have, or that are no commits, reach
 * nothing.
 *
 * @throws GitFailed
 */
export async function newCommitsOf(
  repository: GitRepository,
  { tips, known }: { tips: readonly string[]; known: readonly string[] },
): Promise<CommitGraph> {
  const parents = new Map<string, readonly string[]>();
  const listed = listParents(repository, { tips, except: known, limit: MAX_COMMITS + 1 });
  for await (const commit of listed) {
    if (parents.size === MAX_COMMITS) return { parents: childrenFirst(parents), isCut: true };
    parents.set(commit.oid, commit.parents);
  }
  return { parents: childrenFirst(parents), isCut: false };
}

/** The same commits, none before one that stands on it: clocks are wrong, and seconds are long. Git would wait for all. */
export function childrenFirst(parents: CommitGraph['parents']): CommitGraph['parents'] {
  const awaited = new Map<string, number>();
  for (const oid of [...parents.values()].flat()) awaited.set(oid, (awaited.get(oid) ?? 0) + 1);
  const sorted = new Map<string, readonly string[]>();
  const held = new Set<string>();
  for (const first of parents.keys()) {
    const ready = [first];
    for (let oid = ready.pop(); oid !== undefined; oid = ready.pop()) {
      const its = parents.get(oid) ?? [];
      if ((awaited.get(oid) ?? 0) > 0) held.add(oid);
      else {
        sorted.set(oid, its);
        for (const parent of its) awaited.set(parent, (awaited.get(parent) ?? 0) - 1);
        ready.push(...its.filter((parent) => held.has(parent) && awaited.get(parent) === 0));
      }
    }
  }
  return sorted;
}
