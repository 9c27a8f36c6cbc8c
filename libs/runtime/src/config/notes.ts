import type { Environment } from './environment';
import { isEverywhere } from './kinds';
import { unknownVariables } from './unknown-variables';

/** What is worth a line at the start of the hub, though nothing is wrong enough to refuse it. */
export function configNotes(env: Environment): string[] {
  const isGuessed = isEverywhere(env.GRANARY_HOST ?? '') && !env.GRANARY_BASE_URL;
  const guess =
    'GRANARY_BASE_URL is not set: clone addresses and links will say 127.0.0.1, which other machines cannot reach.';
  return [...unknownVariables(env), ...(isGuessed ? [guess] : [])];
}
