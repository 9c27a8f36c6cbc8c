import { KEPT_REF, listRefs, type GitHome } from '@granary/git-process';
import { timeOrderedId, type Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { OutboxRelay } from '../events';
import { RepositoriesService, Repository } from '../repositories';
import type { RefCommand } from './push.policy';
import { PushRecordService } from './push-record.service';

const ABANDONED_AFTER_MS = 3600_000;

interface IntendedCommand {
  push_id: string;
  actor_user_id: number | null;
  ref: string;
  new_oid: string;
}

/** Mends a crash between a ref's move and its record: compares the refs with the tips last recorded. */
@Injectable()
export class ReconcileService {
  constructor(
    private readonly database: DataSource,
    private readonly records: PushRecordService,
    private readonly repositories: RepositoriesService,
    private readonly relay: OutboxRelay,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Reconciles each repository with a push that was intended and not recorded.
   * @param minAgeMs leave younger intents alone: their pushes are under way. 0 at start, when none can be.
   * @returns how many refs were found moved without a record.
   */
  async sweep(minAgeMs: number): Promise<number> {
    const before = new Date(this.clock.now().getTime() - minAgeMs);
    const rows = (await this.database.query(
      `SELECT DISTINCT repository_id AS id FROM pushes WHERE state = 'intended' AND created_at <= $1`,
      [before],
    )) as { id: number }[];
    let mended = 0;
    for (const { id } of rows) mended += await this.reconcile(id);
    await this.database.query(`UPDATE pushes SET state = 'abandoned' WHERE state = 'intended' AND created_at <= $1`, [
      minAgeMs === 0 ? before : new Date(this.clock.now().getTime() - ABANDONED_AFTER_MS),
    ]);
    return mended;
  }

  /** Records every ref of the repository that is not where its record says. */
  async reconcile(repositoryId: number): Promise<number> {
    const repository = await this.database.manager.findOne(Repository, {
      where: { id: repositoryId },
      relations: { namespace: true },
    });
    if (!repository) return 0;
    const moved = await this.database.transaction((manager) => this.mend(manager, repository));
    if (moved > 0) this.relay.nudge();
    return moved;
  }

  private async mend(manager: EntityManager, repository: Repository): Promise<number> {
    await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repository.id]);
    const moved = await this.unrecorded(manager, repository.id);
    if (moved.length === 0) return 0;
    const intents = (await manager.query(
      `SELECT c.push_id, p.actor_user_id, c.ref, c.new_oid FROM push_commands c JOIN pushes p ON p.id = c.push_id
        WHERE p.repository_id = $1 AND p.state = 'intended' ORDER BY p.created_at DESC`,
      [repository.id],
    )) as IntendedCommand[];
    const head = await this.records.settleHead(repository, moved);
    for (const [key, commands] of byIntent(moved, intents)) {
      const found = intents.find(({ push_id }) => push_id === key);
      const intent = { id: found?.push_id ?? timeOrderedId(), repository, actorUserId: found?.actor_user_id ?? null };
      if (!found) await this.records.insert(manager, intent.id, { ...intent, transport: 'reconciled', commands });
      await this.records.write(manager, intent, { moved: commands, head });
    }
    return moved.length;
  }

  private async unrecorded(manager: EntityManager, repositoryId: number): Promise<RefCommand[]> {
    const refs = await listRefs(this.git, this.repositories.storage.pathOf(repositoryId));
    const rows = (await manager.query('SELECT ref, oid FROM ref_tips WHERE repository_id = $1', [repositoryId])) as {
      ref: string;
      oid: string;
    }[];
    const tips = new Map(rows.map(({ ref, oid }) => [ref, oid]));
    // Upkeep moves it, and it is nobody's push.
    const there = new Map(refs.filter(({ name }) => name !== KEPT_REF).map(({ name, oid }) => [name, oid]));
    const zero = '0'.repeat(refs[0]?.oid.length ?? rows[0]?.oid.length ?? 40);
    return [...new Set([...tips.keys(), ...there.keys()])]
      .map((ref) => ({ ref, oldOid: tips.get(ref) ?? zero, newOid: there.get(ref) ?? zero }))
      .filter(({ oldOid, newOid }) => oldOid !== newOid);
  }
}

/** Moved refs by the intent that explains them ('' for none: somebody moved the ref outside the hub). */
function byIntent(moved: readonly RefCommand[], intents: readonly IntendedCommand[]): Map<string, RefCommand[]> {
  const groups = new Map<string, RefCommand[]>();
  for (const command of moved) {
    const intent = intents.find(({ ref, new_oid }) => ref === command.ref && new_oid === command.newOid);
    const key = intent?.push_id ?? '';
    groups.set(key, [...(groups.get(key) ?? []), command]);
  }
  return groups;
}
