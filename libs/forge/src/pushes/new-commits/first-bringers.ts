import type { CommitGraph } from './commit-graph';

/** A ref and the commit that it points at, directly or by a tag. */
export interface Bringer {
  ref: string;
  commit: string | undefined;
}

/** Divides the commits of `graph` among the refs that reach them: each is brought by the first of `bringers`. Newest first. */
export function firstBringers(bringers: readonly Bringer[], graph: CommitGraph): Map<string, string[]> {
  const bringerOf = new Map<string, string>();
  for (const { ref, commit } of bringers) {
    if (commit === undefined) continue;
    reach([commit], graph, (oid) => !bringerOf.has(oid) && !!bringerOf.set(oid, ref));
  }
  const brought = new Map<string, string[]>(bringers.map(({ ref }) => [ref, []]));
  for (const oid of graph.parents.keys()) {
    const ref = bringerOf.get(oid);
    if (ref !== undefined) brought.get(ref)?.push(oid);
  }
  return brought;
}

/** `oids` and all behind them, as far as the graph goes. */
export function closureOf(oids: readonly string[], graph: CommitGraph): Set<string> {
  const closure = new Set<string>();
  reach(oids, graph, (oid) => !closure.has(oid) && !!closure.add(oid));
  return closure;
}

/** @param take false for what was there before: nothing behind it is looked at again. */
function reach(from: readonly string[], { parents }: CommitGraph, take: (oid: string) => boolean): void {
  const waiting = [...from];
  for (let oid = waiting.pop(); oid !== undefined; oid = waiting.pop()) {
    const its = parents.get(oid);
    if (its && take(oid)) waiting.push(...its);
  }
}
