import { hasMerge, isAncestor, type GitRepository } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import type { RefCommand } from './push.policy';

export interface RefHistoryOptions {
  commands: readonly RefCommand[];
  /** Commits that the push's own stand on. */
  bases: ReadonlySet<string>;
}

/** Questions about what lies between the old and the new commit of a ref. Git is asked only where the push leaves them open. */
export class RefHistory {
  constructor(
    /** With the objects of the push. */
    private readonly repository: GitRepository,
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
    return (await isAncestor(this.repository, { ancestor: oldOid, descendant: newOid })) !== true;
  }

  /** Whether the walk over the push has shown that the new commit contains the old one; costs nothing. */
  isFastForward({ oldOid }: RefCommand): boolean {
    // With one ref, the new commits lead to it, and so does what they stand on.
    return this.options.commands.length === 1 && this.options.bases.has(oldOid);
  }

  /** Whether the commits that the ref gains include a merge. */
  hasMerge({ oldOid, newOid }: RefCommand): Promise<boolean> {
    return hasMerge(this.repository, { tip: newOid, except: isZeroOid(oldOid) ? null : oldOid });
  }
}
