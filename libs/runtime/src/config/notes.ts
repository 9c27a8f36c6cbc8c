import type { Environment } from './environment';
import { unknownVariables } from './unknown-variables';

const EVERYWHERE = new Set(['0.0.0.0', '::']);

/** What is worth a line at the start of the hub, though nothing is wrong enough to refuse it. */
export function configNotes(env: Environment): string[] {
  const isGuessed = EVERYWHERE.has(env.GRANARY_HOST ?? '') && !env.GRANARY_BASE_URL;
  const guess =
    'GRANARY_BASE_URL is not set: clone addresses and links will say 127.0.0.1, which other machines cannot reach.';
  return [...unknownVariables(env), ...(isGuessed ? [guess] : [])];
}
