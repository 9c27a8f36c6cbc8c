import type { GitRepository } from '@granary/git-process';

/** Where and as of when git is asked. */
export interface CommitLocation {
  git: GitRepository;
  /** A full commit id, never a name. */
  commit: string;
}
