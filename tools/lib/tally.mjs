import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE, ROOT } from './paths.mjs';

export const TALLY_DIR = join(CACHE, 'tally');
export const TALLY_REPORTER = join(ROOT, 'tools/lib/tally-reporter.mjs');

export function clearTally() {
  rmSync(TALLY_DIR, { recursive: true, force: true });
  mkdirSync(TALLY_DIR, { recursive: true });
}

/** The sum of what every Jest run since {@link clearTally} reported. */
export function readTally() {
  const runs = readdirSync(TALLY_DIR).map((name) => JSON.parse(readFileSync(join(TALLY_DIR, name), 'utf8')));
  const sum = (key) => runs.reduce((total, run) => total + run[key], 0);
  return {
    passed: sum('passed'),
    failed: sum('failed'),
    skipped: sum('skipped'),
    failures: runs.flatMap((run) => run.failures),
  };
}
