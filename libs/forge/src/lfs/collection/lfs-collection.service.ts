import type { LfsCollectedObject, LfsCollectionReport, LfsNaming } from '@granary/api-contract';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, FORGE_OPTIONS } from '../../database/tokens';

import type { ForgeOptions } from '../../options';
import { Repository, RepositoryLock } from '../../repositories';
import { LfsCollectionStateService } from './collection-state.service';
import { LastNamedService } from './last-named.service';
import { LfsMarkService, type Marked } from './lfs-mark.service';
import { LfsSweepService, type SweptObject } from './lfs-sweep.service';

/** Beyond it a run is given up, and nothing of it is lost. */
const MAX_RUN_MS = 3_600_000;
const MAX_LISTED = 100;

type Outcome = LfsCollectionReport['outcome'];

interface Found {
  examined: number;
  collected: SweptObject[];
  restored: number;
  purged: number;
  named: Map<string, LfsNaming>;
}

const NOTHING: Found = { examined: 0, collected: [], restored: 0, purged: 0, named: new Map() };

/** Collects the LFS objects of one repository that nothing names: mark, sweep, report. */
@Injectable()
export class LfsCollectionService {
  /** Of this process, for metrics. */
  readonly totals = { runs: { done: 0, failed: 0 }, collected: 0 };
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: DataSource,
    private readonly lock: RepositoryLock,
    private readonly state: LfsCollectionStateService,
    private readonly marks: LfsMarkService,
    private readonly sweeper: LfsSweepService,
    private readonly lastNamed: LastNamedService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * One run. What goes wrong with git is in the report, and nothing is collected then; only the database's own trouble
   * throws. It takes the lock of the repository's upkeep, so that nobody purges or repacks it meanwhile.
   */
  async run(
    repositoryId: number,
    { dryRun, isPurge = false, signal }: { dryRun: boolean; isPurge?: boolean; signal?: AbortSignal },
  ): Promise<LfsCollectionReport> {
    const startedAt = this.clock.now();
    const mayEnd = AbortSignal.any([this.stopping.signal, ...(signal ? [signal] : [])]);
    const present = (outcome: Outcome, found: Found = NOTHING, error?: string) =>
      this.report({ dryRun, startedAt, outcome, error }, found);
    if (mayEnd.aborted) return present('stopped');
    const report = await this.lock.tryRun(repositoryId, async (lost) => {
      const repository = await this.live(repositoryId);
      if (!repository) return present('gone');
      const either = AbortSignal.any([mayEnd, lost, AbortSignal.timeout(MAX_RUN_MS)]);
      try {
        return present('done', await this.perform(repository, { dryRun, isPurge, signal: either }));
      } catch (error) {
        if (mayEnd.aborted) return present('stopped');
        return present('failed', NOTHING, error instanceof Error ? error.message : String(error));
      }
    });
    if (!report) return present('busy');
    this.count(report);
    if (report.outcome === 'done' || report.outcome === 'failed') await this.state.finish(repositoryId, report);
    return report;
  }

  /** Ends the run under way, if any, and takes no other: the next one goes on. */
  stop(): void {
    this.stopping.abort(new Error('the hub stops'));
  }

  private async perform(
    repository: Repository,
    how: { dryRun: boolean; isPurge: boolean; signal: AbortSignal },
  ): Promise<Found> {
    const { isPurge, signal } = how;
    const marked = await this.marks.mark(repository, { isPurge, signal });
    const examined = marked.marks.length;
    if (how.dryRun) {
      const candidates = await this.sweeper.candidates(repository, marked);
      const named = await this.name(repository, marked, { objects: candidates, signal });
      return { ...NOTHING, examined, collected: candidates, named };
    }
    const { collected, restored, purged } = await this.sweeper.sweep(repository, marked, signal);
    const named = await this.name(repository, marked, { objects: collected, signal });
    await this.note(repository.id, collected, named);
    return { examined, collected, restored: restored.length, purged: purged.length, named };
  }

  private name(
    repository: Repository,
    { tips }: Marked,
    { objects, signal }: { objects: SweptObject[]; signal: AbortSignal },
  ): Promise<Map<string, LfsNaming>> {
    const listed = objects.slice(0, MAX_LISTED).map(({ oid }) => oid);
    // Good to know, and no reason to call a run failed that has done its work.
    return this.lastNamed.find(repository, listed, { tips, signal }).catch(() => new Map<string, LfsNaming>());
  }

  /** For whoever looks through the trash later, when git has forgotten. */
  private async note(repositoryId: number, collected: SweptObject[], named: Map<string, LfsNaming>): Promise<void> {
    const known = Object.fromEntries(collected.flatMap(({ oid }) => (named.has(oid) ? [[oid, named.get(oid)]] : [])));
    await this.database.query(
      `UPDATE lfs_trash t SET last_named = n.value FROM jsonb_each($2::jsonb) AS n
        WHERE t.repository_id = $1 AND t.oid = n.key`,
      [repositoryId, JSON.stringify(known)],
    );
  }

  private report(
    run: { dryRun: boolean; startedAt: Date; outcome: Outcome; error?: string },
    { examined, collected, restored, purged, named }: Found,
  ): LfsCollectionReport {
    const sum = (objects: SweptObject[]) => objects.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
    const { graceDays, undeleteDays } = this.options.lfs;
    return {
      dry_run: run.dryRun,
      outcome: run.outcome,
      started_at: run.startedAt.toISOString(),
      finished_at: this.clock.now().toISOString(),
      grace_days: graceDays,
      undelete_days: undeleteDays,
      examined,
      collected: {
        count: collected.length,
        bytes: sum(collected),
        storage_bytes: sum(collected.filter(({ isShared }) => !isShared)),
      },
      objects: collected.slice(0, MAX_LISTED).map((object) => present(object, named.get(object.oid) ?? null)),
      restored,
      purged,
      ...(run.error === undefined ? {} : { error: run.error }),
    };
  }

  private count({ outcome, dry_run, collected }: LfsCollectionReport): void {
    if (dry_run) return;
    if (outcome === 'done' || outcome === 'failed') this.totals.runs[outcome]++;
    this.totals.collected += collected.count;
  }

  private live(id: number): Promise<Repository | null> {
    return this.database.manager
      .createQueryBuilder(Repository, 'r')
      .innerJoinAndSelect('r.namespace', 'n')
      .where('r.id = :id AND r.deleted_at IS NULL', { id })
      .getOne();
  }
}

function present(
  { oid, sizeBytes, linkedAt, shownAt, isShared }: SweptObject,
  named: LfsNaming | null,
): LfsCollectedObject {
  return {
    oid,
    size_bytes: sizeBytes,
    linked_at: linkedAt.toISOString(),
    shown_at: shownAt.toISOString(),
    shared: isShared,
    last_named: named,
  };
}
