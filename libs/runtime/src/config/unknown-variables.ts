import { distance } from 'fastest-levenshtein';
import type { Environment } from './environment';
import { VARIABLES } from './variables';

/** Set by programs of ours for others of ours. */
const OURS = new Set(['GRANARY_CALLER_DIR', 'GRANARY_INTERNAL_URL', 'GRANARY_TALLY_DIR']);
/** Further apart than a slip of the hand or a word left out. */
const MAX_DISTANCE = 5;
/** Names without our prefix belong to others too: only what is all but one of ours is told. */
const MAX_FOREIGN_DISTANCE = 2;
const FOREIGN = /^(S3|DATABASE|REDIS)_/;

/** A line for each name that looks like a variable of the hub and is none. */
export function unknownVariables(env: Environment): string[] {
  const known = Object.keys(VARIABLES);
  return Object.keys(env).flatMap((name) => {
    if (known.includes(name) || OURS.has(name) || !env[name]) return [];
    const [nearest = '', apart = Infinity] = known
      .map((each): [string, number] => [each, distance(each, name)])
      .reduce((best, next) => (next[1] < best[1] ? next : best), ['', Infinity]);
    if (!name.startsWith('GRANARY_') && !(FOREIGN.test(name) && apart <= MAX_FOREIGN_DISTANCE)) return [];
    const hint = apart <= MAX_DISTANCE ? ` Did you mean ${nearest}?` : ' docs/configuration.md lists those that are.';
    return [`${name} is not a variable of Granary and does nothing.${hint}`];
  });
}
