import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DomainError } from '@granary/kernel';

/** `[major, minor, patch]`. */
export type GitVersion = readonly [number, number, number];

/** `cat-file --batch-command -z` and `core.fsync=committed` are as we use them from here on. */
const MINIMUM: GitVersion = [2, 39, 0];

/** Where git and the tools that it calls are looked for unless the caller names other directories. */
export const DEFAULT_SEARCH_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const HINT =
  'Install git 2.39 or newer: "apt-get install git", "dnf install git", "apk add git" or https://git-scm.com/downloads';

const run = promisify(execFile);

/**
 * Asks the git binary for its version.
 *
 * @param searchPath directories in the form of `PATH`.
 * @throws DomainError `unavailable` when git is missing or too old; the hint says what to install.
 */
export async function checkGit(searchPath: string = DEFAULT_SEARCH_PATH): Promise<{ version: GitVersion }> {
  const text = await versionText(searchPath);
  const version = parseGitVersion(text);
  if (!version) {
    throw new DomainError('unavailable', `git answered an unknown version: ${JSON.stringify(text)}`, { hint: HINT });
  }
  if (!isAtLeast(version, MINIMUM)) {
    throw new DomainError('unavailable', `git ${version.join('.')} is too old`, { hint: HINT });
  }
  return { version };
}

/** `git version 2.39.5 (Apple Git-154)` → `[2, 39, 5]`; `null` for anything else. */
export function parseGitVersion(text: string): GitVersion | null {
  const match = /^git version (\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : null;
}

export function isAtLeast(version: GitVersion, minimum: GitVersion): boolean {
  for (let part = 0; part < 3; part++) {
    const difference = (version[part] ?? 0) - (minimum[part] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

async function versionText(searchPath: string): Promise<string> {
  try {
    const { stdout } = await run('git', ['version'], { env: { PATH: searchPath, LC_ALL: 'C' }, timeout: 10_000 });
    return stdout.trim();
  } catch (cause) {
    throw new DomainError('unavailable', `git was not found in ${searchPath}`, { hint: HINT, cause });
  }
}
