import { KEPT_REF, listRefs, type GitHome } from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AuditService } from '../audit';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { OutboxRelay } from '../events';
import { recordedTips } from '../ref-log';
import { fullName, RepositoriesService, Repository } from '../repositories';
import { NewCommitsService } from './new-commits/new-commits.service';
import type { RefCommand } from './push.policy';
import { PushRecordService } from './push-record.service';

const ABANDONED_AFTER_MS = 3600_000;
const PAGE = 1000;
/** Refs named one by one in the log and in the audit entry. */
const LISTED = 100;

/** Refs of one repository whose records followed them. */
export interface SettledRefs {
  repository: string;
  /** `oldOid` is what was recorded, `newOid` what the ref holds. */
  refs: RefCommand[];
}

interface IntendedCommand {
  push_id: string;
  actor_user_id: number | null;
  ref: string;
  new_oid: string;
}

/** Mends a crash between a ref's move and its record: compares the refs with the tips last recorded. */
@Injectable()
export class ReconcileService {
  private readonly logger = new Logger(ReconcileService.name);

  constructor(
    private readonly database: DataSource,
    private readonly records: PushRecordService,
    private readonly repositories: RepositoriesService,
    private readonly relay: OutboxRelay,
    private readonly audit: AuditService,
    private readonly newCommits: NewCommitsService,
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
    const rows = await this.database.query<{ id: number }[]>(
      `SELECT DISTINCT repository_id AS id FROM pushes WHERE state = 'intended' AND created_at <= $1`,
      [before],
    );
    let mended = 0;
    for (const { id } of rows) mended += await this.reconcile(id);
    await this.database.query(`UPDATE pushes SET state = 'abandoned' WHERE state = 'intended' AND created_at <= $1`, [
      minAgeMs === 0 ? before : new Date(this.clock.now().getTime() - ABANDONED_AFTER_MS),
    ]);
    return mended;
  }

  /**
   * Takes the refs of every repository for what they are: for a hub whose database and files come from different
   * moments, as those of a backup do. Refs that a pending push names are left to {@link sweep}. No event is made.
   */
  async settleAll(): Promise<SettledRefs[]> {
    const settled: SettledRefs[] = [];
    for (let last = 0; ;) {
      const page = await this.page(last);
      for (const { id, deleted_at } of page) {
        const repository = deleted_at === null ? await this.load(id) : null;
        const found = repository && (await this.settleOne(repository));
        if (found) settled.push(found);
      }
      const next = page.at(-1)?.id;
      if (next === undefined) return settled;
      last = next;
    }
  }

  /** {@link settleAll} for one repository. */
  async settleRepository(repositoryId: number): Promise<SettledRefs | null> {
    const repository = await this.load(repositoryId);
    return repository && this.settleOne(repository);
  }

  /** What {@link settleAll} would change in this repository. */
  async differences(repositoryId: number): Promise<RefCommand[]> {
    const { manager } = this.database;
    const pending = new Set((await this.intended(manager, repositoryId)).map(({ ref }) => ref));
    return (await this.unrecorded(manager, repositoryId)).filter(({ ref }) => !pending.has(ref));
  }

  private page(after: number): Promise<{ id: number; deleted_at: Date | null }[]> {
    const sql = `SELECT id::int, deleted_at FROM repositories WHERE id > $1 ORDER BY id LIMIT ${PAGE}`;
    return this.database.query<{ id: number; deleted_at: Date | null }[]>(sql, [after]);
  }

  private async settleOne(repository: Repository): Promise<SettledRefs | null> {
    try {
      const moved = await this.database.transaction(async (manager) => {
        await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repository.id]);
        const found = await this.differences(repository.id);
        if (found.length > 0) await this.settle(manager, repository, found);
        return found;
      });
      return moved.length === 0 ? null : { repository: fullName(repository), refs: moved };
    } catch (error) {
      // A repository that is damaged keeps nobody else waiting: the doctor tells of it.
      this.logger.error(`the refs of ${fullName(repository)} cannot be compared with their records: ${String(error)}`);
      return null;
    }
  }

  private load(repositoryId: number): Promise<Repository | null> {
    return this.database.manager.findOne(Repository, {
      where: { id: repositoryId },
      relations: { namespace: true },
    });
  }

  /** Records every ref of the repository that is not where its record says. */
  async reconcile(repositoryId: number): Promise<number> {
    const repository = await this.load(repositoryId);
    if (!repository) return 0;
    const moved = await this.database.transaction((manager) => this.mend(manager, repository));
    if (moved > 0) this.relay.nudge();
    return moved;
  }

  private async mend(manager: EntityManager, repository: Repository): Promise<number> {
    await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repository.id]);
    const moved = await this.unrecorded(manager, repository.id);
    if (moved.length === 0) return 0;
    const intents = await this.intended(manager, repository.id);
    const { explained, unexplained } = byIntent(moved, intents);
    if (explained.size > 0) await this.record(manager, repository, explained);
    if (unexplained.length > 0) await this.settle(manager, repository, unexplained);
    return moved.length;
  }

  /** A push was cut off after git had moved its refs: who pushed is known, and nobody has been told. */
  private async record(
    manager: EntityManager,
    repository: Repository,
    explained: Map<string, { intent: IntendedCommand; commands: RefCommand[] }>,
  ): Promise<void> {
    const moved = [...explained.values()].flatMap(({ commands }) => commands);
    await this.records.sync(repository, moved);
    for (const { intent, commands } of explained.values()) {
      const push = { id: intent.push_id, repository, actorUserId: intent.actor_user_id };
      const look = await this.newCommits.look(manager, repository, commands);
      await this.records.write(manager, push, { moved: commands, look });
    }
  }

  /**
   * No pending push moved these: the database or the files were restored from another moment, or somebody used git beside
   * the hub. The refs win, and no event tells of a push that nobody made now.
   */
  private async settle(manager: EntityManager, repository: Repository, moved: RefCommand[]): Promise<void> {
    const head = await this.records.settleHead(repository, moved);
    await this.records.settle(manager, repository.id, { moved, head });
    const target = fullName(repository);
    const refs = moved.slice(0, LISTED).map(({ ref, oldOid, newOid }) => ({ ref, recorded: oldOid, now: newOid }));
    const details = { count: moved.length, refs };
    await this.audit.record(manager, { action: 'repository.settle', target, repositoryId: repository.id, details });
    const named = refs.map(({ ref, recorded, now }) => `${ref} ${recorded} -> ${now}`).join(', ');
    this.logger.warn(`${moved.length} refs of ${target} were not as recorded; the record follows them: ${named}`);
  }

  private intended(manager: EntityManager, repositoryId: number): Promise<IntendedCommand[]> {
    return manager.query<IntendedCommand[]>(
      `SELECT c.push_id, p.actor_user_id, c.ref, c.new_oid FROM push_commands c JOIN pushes p ON p.id = c.push_id
        WHERE p.repository_id = $1 AND p.state = 'intended' ORDER BY p.created_at DESC`,
      [repositoryId],
    );
  }

  private async unrecorded(manager: EntityManager, repositoryId: number): Promise<RefCommand[]> {
    const refs = await listRefs(this.git, this.repositories.storage.pathOf(repositoryId));
    const tips = await recordedTips(manager, repositoryId);
    // Upkeep moves it, and it is nobody's push.
    const there = new Map(refs.filter(({ name }) => name !== KEPT_REF).map(({ name, oid }) => [name, oid]));
    const zero = '0'.repeat(refs[0]?.oid.length ?? [...tips.values()][0]?.length ?? 40);
    return [...new Set([...tips.keys(), ...there.keys()])]
      .map((ref) => ({ ref, oldOid: tips.get(ref) ?? zero, newOid: there.get(ref) ?? zero }))
      .filter(({ oldOid, newOid }) => oldOid !== newOid);
  }
}

/** Moved refs by the push that was about to move them there. */
function byIntent(moved: readonly RefCommand[], intents: readonly IntendedCommand[]) {
  const explained = new Map<string, { intent: IntendedCommand; commands: RefCommand[] }>();
  const unexplained: RefCommand[] = [];
  for (const command of moved) {
    const intent = intents.find(({ ref, new_oid }) => ref === command.ref && new_oid === command.newOid);
    if (!intent) unexplained.push(command);
    else {
      const commands = explained.get(intent.push_id)?.commands ?? [];
      explained.set(intent.push_id, { intent, commands: [...commands, command] });
    }
  }
  return { explained, unexplained };
}
