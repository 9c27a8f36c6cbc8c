import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support';

const FOLDER = '.cache/logs/suites';

/** Where everything that a script and its commands printed is kept, for who has to look into a failure. */
export function outputOf(script: string): { path: string; shown: string } {
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  const shown = `${FOLDER}/${script.replace(/\.sh$/, '.out')}`;
  return { path: join(ROOT, shown), shown };
}
