import type { GitHome } from '../home/git-home';
import { runGit, type GitOutput, type RunGitOptions } from '../process/run-git';
import type { Quarantine } from './push-hooks';

/** Makes git see the objects of a push beside those of its repository. `GIT_QUARANTINE_PATH` forbids to move refs. */
export function quarantineEnvironment(quarantine: Quarantine): Record<string, string> {
  if (quarantine.objectDirectory === '') return {};
  return {
    GIT_OBJECT_DIRECTORY: quarantine.objectDirectory,
    GIT_ALTERNATE_OBJECT_DIRECTORIES: quarantine.alternates,
    GIT_QUARANTINE_PATH: quarantine.objectDirectory,
  };
}

/**
 * As {@link runGit}, seeing the quarantined objects, e.g. `rev-list --objects --stdin --not --all` for what a push
 * brings. Pass the signal of the push: the quarantine is gone when the push is over.
 */
export function runGitInQuarantine(
  home: GitHome,
  quarantine: Quarantine,
  options: RunGitOptions & { repositoryPath: string },
): Promise<GitOutput> {
  return runGit(home, { ...options, env: { ...options.env, ...quarantineEnvironment(quarantine) } });
}
