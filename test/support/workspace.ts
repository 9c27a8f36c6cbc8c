import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atEnd } from './cleanup';

/** A new empty directory that any account may enter. It goes when the test file is done. */
export function workspace(name = 'work'): string {
  const path = mkdtempSync(join(tmpdir(), `granary-${name}-`));
  chmodSync(path, 0o755);
  atEnd(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
