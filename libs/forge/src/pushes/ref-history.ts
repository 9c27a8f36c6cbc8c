import { quarantineEnvironment, runGit, type GitHome, type Quarantine } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import type { RefCommand } from './push.policy';

export interface RefHistoryOptions {
  repositoryPath: string;
  quarantine: Quarantine | null;
  commands: readonly RefCommand[];
  /** Commits that the push's own stand on. */
  bases: ReadonlySet<string>;
  signal?: AbortSignal;
}

/** Questions about what lies between the old and the new commit of a ref. Git is asked only where the push leaves them open. */
export class RefHistory {
  constructor(
    private readonly git: GitHome,
    private readonly options: RefHistoryOptions,
  ) {}

  /** The refs of `commands` that lose commits: their new one does not contain the old one, or a tag is replaced. */
  async forcedAmong(commands: readonly RefCommand[]): Promise<Set<string>> {
    const forced = new Set<string>();
    for (const command of commands) if (await this.isForced(command)) forced.add(command.ref);
    return forced;
  }

  private async isForced({ ref, oldOid, newOid }: RefCommand): Promise<boolean> {
    if (isZeroOid(oldOid) || isZeroOid(newOid) || oldOid === newOid) return false;
    if (ref.startsWith('refs/tags/')) return true;
    if (this.isFastForward({ ref, oldOid, newOid })) return false;
    const { exitCode } = await this.ask(['merge-base', '--is-ancestor', oldOid, newOid], [0, 1, 128]);
    return exitCode !== 0;
  }

  /** Whether the walk over the push has shown that the new commit contains the old one; costs nothing. */
  isFastForward({ oldOid }: RefCommand): boolean {
    // With one ref, the new commits lead to it, and so does what they stand on.
    return this.options.commands.length === 1 && this.options.bases.has(oldOid);
  }

  /** Whether the commits that the ref gains include a merge. */
  async hasMerge({ oldOid, newOid }: RefCommand): Promise<boolean> {
    const known = isZeroOid(oldOid) ? ['--not', '--all'] : [`^${oldOid}`];
    const { stdout } = await this.ask(['rev-list', '--merges', '--max-count=1', newOid, ...known], [0]);
    return stdout.length > 0;
  }

  private ask(args: string[], acceptExitCodes: number[]) {
    const { repositoryPath, quarantine, signal } = this.options;
    const env = quarantine ? quarantineEnvironment(quarantine) : {};
    return runGit(this.git, { repositoryPath, env, signal, args, acceptExitCodes });
  }
}
