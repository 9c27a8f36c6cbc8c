import { streamGit, type GitHome } from '@granary/git-process';

/** Commits that are looked at in one push: what is told of it are the newest of these. */
const MAX_COMMITS = 50_000;

/** Commits and what they stand on, newest first. */
export interface CommitGraph {
  parents: ReadonlyMap<string, readonly string[]>;
  /** There are more. */
  isCut: boolean;
}

interface Place {
  repositoryPath: string;
  signal?: AbortSignal;
}

/**
 * What `tips` reach and `known` do not, the newest 50,000. Ids that git does not have, or that are no commits, reach
 * nothing.
 *
 * @throws GitFailed
 */
export async function newCommitsOf(
  git: GitHome,
  { tips, known }: { tips: readonly string[]; known: readonly string[] },
  place: Place,
): Promise<CommitGraph> {
  const parents = new Map<string, readonly string[]>();
  const stdin = [...tips, ...known.map((oid) => `^${oid}`), ''].join('\n');
  const args = ['rev-list', '--parents', '--ignore-missing', `--max-count=${MAX_COMMITS + 1}`, '--stdin'];
  for await (const line of linesOf(streamGit(git, { args, stdin, ...place }))) {
    if (parents.size === MAX_COMMITS) return { parents: childrenFirst(parents), isCut: true };
    const [oid = '', ...its] = line.split(' ');
    parents.set(oid, its);
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

/** The commits that `oids`, tags for the most part, stand for. What stands for none is left out. */
export async function commitsBehind(
  git: GitHome,
  oids: readonly string[],
  place: Place,
): Promise<ReadonlyMap<string, string>> {
  const behind = new Map<string, string>();
  if (oids.length === 0) return behind;
  const stdin = oids.map((oid) => `${oid}^{commit}\n`).join('');
  const output = streamGit(git, { args: ['cat-file', '--batch-check=%(objectname)'], stdin, ...place });
  let at = 0;
  for await (const line of linesOf(output)) {
    const oid = oids[at++];
    if (oid !== undefined && !line.includes(' ')) behind.set(oid, line);
  }
  return behind;
}

/** Each without its line feed. */
export async function* linesOf(output: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of output) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
