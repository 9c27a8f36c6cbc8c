import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/**
 * The nearest tests of a file: those beside it that are named after it (`quota.policy.spec.ts`,
 * `quota.policy-regression.spec.ts`), and those that the list adds.
 */
export function specsOf(room, { file, specs = [] }) {
  const stem = basename(file, '.ts');
  const beside = readdirSync(dirname(join(ROOT, room, file))).filter(
    (name) => name.startsWith(stem) && /^(-[\w-]+)?\.spec\.ts$/.test(name.slice(stem.length)),
  );
  return [...new Set([...beside.map((name) => join(dirname(file), name)), ...specs])];
}
