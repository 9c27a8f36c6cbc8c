/** How git knows a push that came too late, and how its users do. */
export const FETCH_FIRST = 'fetch first';

const NO_LOCK = /^error: cannot lock ref '([^\n]+?)': (.*)$/s;
const IN_THE_WAY = /^'(refs\/[^']+)' exists; cannot create '/;

export interface LostRef {
  ref: string;
  /** What stands behind the ref in the client's list. */
  reason: string;
  /** For the person who pushes. */
  words: string;
}

/**
 * What git means by a ref that it cannot lock: somebody else moved it meanwhile, or is about to, or a name stands in its
 * way. Its own words name files of this machine.
 *
 * @param text of one packet of progress. @returns null for any other.
 */
export function explainLostRef(text: string): LostRef | null {
  const [, ref, cause = ''] = NO_LOCK.exec(text) ?? [];
  if (ref === undefined) return null;
  const short = ref.replace(/^refs\/(?:heads|tags)\//, '');
  const [, other] = IN_THE_WAY.exec(cause) ?? [];
  if (other !== undefined) {
    const words = `${other} exists, so there can be no ${ref} beside it: one would be a file where the other is a directory.`;
    return { ref, reason: `'${other}' is in the way`, words: `${words} Use another name, or delete that one first.` };
  }
  const words = `${short} has moved while you pushed: somebody else was first. Fetch what is there, then push again: git pull --rebase`;
  return { ref, reason: FETCH_FIRST, words };
}
