import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/** A database is no part of the copy in which a breakage is tried, and would be started for each of them. */
const NEEDS_DATABASE = /forge-fixture'/;

/**
 * The nearest tests of a file: those beside it that are named after it (`quota.policy.spec.ts`,
 * `quota.policy-regression.spec.ts`) and need no database, and those that the list adds.
 */
export function specsOf(room, { file, specs = [] }) {
  const stem = basename(file, '.ts');
  const directory = dirname(join(ROOT, room, file));
  const beside = readdirSync(directory)
    .filter((name) => name.startsWith(stem) && /^(-[\w-]+)?\.spec\.ts$/.test(name.slice(stem.length)))
    .filter((name) => !NEEDS_DATABASE.test(readFileSync(join(directory, name), 'utf8')));
  return [...new Set([...beside.map((name) => join(dirname(file), name)), ...specs])];
}
