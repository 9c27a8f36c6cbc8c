import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { replaceFile } from '@granary/kernel';
import { HOOK_SCRIPTS } from '../hooks/hook-scripts';
import { formatGitConfig } from './git-config';
import type { Launcher } from '../launch/launcher';
import { checkGit, DEFAULT_SEARCH_PATH, type GitVersion } from './git-version';

/** What every git process of the hub shares. Lies outside all repositories; users cannot write it. */
export interface GitHome {
  /** Absolute path of the directory that holds the rest. */
  readonly directory: string;
  /** The value of `GIT_CONFIG_GLOBAL`. */
  readonly configPath: string;
  /** The value of `core.hooksPath`. */
  readonly hooksPath: string;
  /** The value of `PATH`. */
  readonly searchPath: string;
  /** Of the git binary in `searchPath` when the home was prepared. */
  readonly version: GitVersion;
  /** What starts git; as a child of this process when left out. */
  readonly launcher?: Launcher;
}

export interface GitHomeOptions {
  /** Directories in the form of `PATH`, for machines whose git is not in the usual place. */
  searchPath?: string;
  /** Threads of one pack computation; at most four by default, since several run at once. */
  packThreads?: number;
}

/**
 * Writes the git config and the hooks, each atomically and only when it differs, so that processes which start
 * side by side may all call it.
 *
 * @throws DomainError `unavailable` when git is missing or too old.
 */
export async function prepareGitHome(directory: string, options: GitHomeOptions = {}): Promise<GitHome> {
  const searchPath = options.searchPath ?? DEFAULT_SEARCH_PATH;
  const packThreads = options.packThreads ?? Math.min(4, availableParallelism());
  const { version } = await checkGit(searchPath);
  const root = resolve(directory);
  const home = {
    directory: root,
    configPath: join(root, 'gitconfig'),
    hooksPath: join(root, 'hooks'),
    searchPath,
    version,
  };

  await mkdir(home.hooksPath, { recursive: true, mode: 0o755 });
  for (const [name, script] of Object.entries(HOOK_SCRIPTS)) {
    await publish(join(home.hooksPath, name), script, 0o755);
  }
  // git would run any other hook that an older version or a stray hand left there.
  const foreign = (await readdir(home.hooksPath)).filter((name) => !(name in HOOK_SCRIPTS) && !name.endsWith('.tmp'));
  for (const name of foreign) await rm(join(home.hooksPath, name), { recursive: true, force: true });
  await publish(home.configPath, formatGitConfig({ hooksPath: home.hooksPath, version, packThreads }), 0o644);
  return home;
}

async function publish(path: string, text: string, mode: number): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return chmod(path, mode);
  await replaceFile(path, { content: text, mode });
}
