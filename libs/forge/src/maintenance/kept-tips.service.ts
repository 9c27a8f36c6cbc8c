import { UNREACHABLE_GRACE_MS, type KeptTip } from '@granary/git-process';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FORGE_OPTIONS } from '../database/tokens';
import type { ForgeOptions } from '../options';
import { isKeptLonger, PROTECTED_DAYS, ProtectionsService } from '../protection';

const DAY_MS = 86_400_000;

interface TipRow {
  ref: string;
  oid: string;
  pushed_at: Date;
}

/**
 * The old tips that git must not drop, for what a collection of LFS objects finds through them: those of protected refs
 * and the default branch, as they are protected now, for 90 days; what open locks hold on to; and those of all pushes
 * within the grace where that is longer than git waits by itself.
 */
@Injectable()
export class KeptTipsService {
  constructor(
    private readonly database: DataSource,
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
    const rows = (await this.database.query(
      `SELECT c.ref, tip.oid, max(p.created_at) AS pushed_at
         FROM pushes p JOIN push_commands c ON c.push_id = p.id
         CROSS JOIN LATERAL (VALUES (c.old_oid), (c.new_oid)) AS tip (oid)
        WHERE p.repository_id = $1 AND p.created_at >= $2 GROUP BY c.ref, tip.oid`,
      [repositoryId, since],
    )) as TipRow[];
    const isKept = isKeptLonger({
      protections: await this.protections.list(repositoryId),
      defaultBranch: await this.defaultBranch(repositoryId),
    });
    const usualMs = graceMs > UNREACHABLE_GRACE_MS ? graceMs : 0;
    return rows
      .map(({ ref, oid, pushed_at }) => {
        const keptMs = isKept(ref) ? Math.max(usualMs, protectedMs) : usualMs;
        return { oid, until: new Date(pushed_at.getTime() + keptMs) };
      })
      .filter(({ oid, until }) => !isZeroOid(oid) && until > now);
  }

  /** As long as the lock is open: each run gives it another while. */
  private async locked(repositoryId: number, now: Date): Promise<KeptTip[]> {
    const rows = (await this.database.query(
      `SELECT DISTINCT tip.oid FROM lfs_locks l CROSS JOIN LATERAL (
         SELECT CASE WHEN c.new_oid ~ '^0+$' THEN c.old_oid ELSE c.new_oid END AS oid
           FROM pushes p JOIN push_commands c ON c.push_id = p.id
          WHERE p.repository_id = l.repository_id AND c.ref = l.ref ORDER BY p.created_at DESC LIMIT 1) AS tip
        WHERE l.repository_id = $1`,
      [repositoryId],
    )) as { oid: string }[];
    const until = new Date(now.getTime() + PROTECTED_DAYS * DAY_MS);
    return rows.map(({ oid }) => ({ oid, until }));
  }

  private async defaultBranch(repositoryId: number): Promise<string> {
    const [row] = (await this.database.query('SELECT default_branch FROM repositories WHERE id = $1', [
      repositoryId,
    ])) as { default_branch: string }[];
    return row?.default_branch ?? '';
  }
}
