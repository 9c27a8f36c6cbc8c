import { UNREACHABLE_GRACE_MS, type KeptTip } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FORGE_OPTIONS } from '../database/tokens';
import { lockedTips } from '../lfs';
import type { ForgeOptions } from '../options';
import { isKeptLonger, PROTECTED_DAYS, ProtectionsService } from '../protection';
import { RefLogService } from '../ref-log';

const DAY_MS = 86_400_000;

/**
 * The old tips that git must not drop, for what a collection of LFS objects finds through them: those of protected refs
 * and the default branch, as they are protected now, for 90 days; what open locks hold on to; and those of all pushes
 * within the grace where that is longer than git waits by itself.
 */
@Injectable()
export class KeptTipsService {
  constructor(
    private readonly database: DataSource,
    private readonly refLog: RefLogService,
    private readonly protections: ProtectionsService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /** Whether they are there and whether a ref reaches them anyhow is for git to say. */
  async of(repositoryId: number, now: Date): Promise<KeptTip[]> {
    return [...(await this.pushed(repositoryId, now)), ...(await this.locked(repositoryId, now))];
  }

  private async pushed(repositoryId: number, now: Date): Promise<KeptTip[]> {
    const graceMs = this.options.lfs.graceDays * DAY_MS;
    const protectedMs = PROTECTED_DAYS * DAY_MS;
    const since = new Date(now.getTime() - Math.max(graceMs, protectedMs));
    const tips = await this.refLog.tips(repositoryId, { since });
    const isKept = isKeptLonger({
      protections: await this.protections.list(repositoryId),
      defaultBranch: await this.defaultBranch(repositoryId),
    });
    const usualMs = graceMs > UNREACHABLE_GRACE_MS ? graceMs : 0;
    return tips
      .map(({ ref, oid, pushedAt }) => {
        const keptMs = isKept(ref) ? Math.max(usualMs, protectedMs) : usualMs;
        return { oid, until: new Date(pushedAt.getTime() + keptMs) };
      })
      .filter(({ oid, until }) => !isZeroOid(oid) && until > now);
  }

  /** As long as the lock is open: each run gives it another while. */
  private async locked(repositoryId: number, now: Date): Promise<KeptTip[]> {
    const oids = new Set((await lockedTips(this.database, repositoryId)).map(({ oid }) => oid));
    const until = new Date(now.getTime() + PROTECTED_DAYS * DAY_MS);
    return [...oids].map((oid) => ({ oid, until }));
  }

  private async defaultBranch(repositoryId: number): Promise<string> {
    const [row] = await this.database.query<{ default_branch: string }[]>(
      'SELECT default_branch FROM repositories WHERE id = $1',
      [repositoryId],
    );
    return row?.default_branch ?? '';
  }
}
