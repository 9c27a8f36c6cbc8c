import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ROOT } from '../lib/paths.mjs';

/** The nearest tests of a file: those beside it that are named after it, and those that the list adds. */
export function specsOf(room, { file, specs = [] }) {
  const stem = basename(file, '.ts').replace(/\.(service|policy|entity)$/, '');
  const named = new RegExp(`^${RegExp.escape?.(stem) ?? stem}[.-].*spec\\.ts$`);
  const beside = readdirSync(dirname(join(ROOT, room, file))).filter((name) => named.test(name));
  return [...new Set([...beside.map((name) => join(dirname(file), name)), ...specs])];
}
