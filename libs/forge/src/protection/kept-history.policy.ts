import { protectionsOf, type ProtectionFacts } from './protection.policy';

/** So long is kept what a protected ref, or the default branch, held before a push moved or deleted it. */
export const PROTECTED_DAYS = 90;

/** Which refs are so; answers are remembered, since pushes name the same few refs again and again. */
export function isKeptLonger(facts: {
  protections: readonly ProtectionFacts[];
  defaultBranch: string;
}): (ref: string) => boolean {
  const known = new Map<string, boolean>([[`refs/heads/${facts.defaultBranch}`, true]]);
  return (ref) => {
    const found = known.get(ref) ?? protectionsOf(ref, facts.protections).length > 0;
    known.set(ref, found);
    return found;
  };
}
