import {
  keepTips,
  packRefs,
  readStorageFacts,
  repackFully,
  rollUpPacks,
  settleLimbo,
  sweepStale,
  writeCommitGraph,
  type GitHome,
  type StorageFacts,
} from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { RepositoriesService, RepositoryLock } from '../repositories';
import { KeptTipsService } from './kept-tips.service';
import { MaintenanceStateService } from './maintenance-state.service';
import { nextDueAt, planMaintenance, type MaintenanceTask } from './maintenance.policy';

/** Beyond it a run is given up; it is tried again later, from where git left off. */
const MAX_RUN_MS = 3_600_000;

/**
 * `busy`: another process is at it. `gone`: deleted, or never there. `stopped`: this process ends. `failed`: see
 * `error`, which may name paths of this machine.
 */
export type MaintenanceOutcome = 'done' | 'busy' | 'gone' | 'stopped' | 'failed';

export interface MaintenanceReport {
  outcome: MaintenanceOutcome;
  tasks: { task: MaintenanceTask; seconds: number }[];
  /** What killed processes had left, relative to the repository. */
  swept: string[];
  /** Of all packs. */
  sizeBytes: { before: number; after: number } | null;
  error?: string;
}

type Run = { repositoryId: number; repositoryPath: string; signal: AbortSignal; at: Date };

/** Keeps repositories in shape: one at a time, at low priority, never twice at once over all processes. */
@Injectable()
export class MaintenanceService {
  /** Of this process, for metrics. */
  readonly totals = { runs: { done: 0, failed: 0 }, seconds: 0 };
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: DataSource,
    private readonly state: MaintenanceStateService,
    private readonly lock: RepositoryLock,
    private readonly repositories: RepositoriesService,
    private readonly keptTips: KeptTipsService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Does what the repository needs. Whatever git says is in the report and in the repository's row; only the database's
   * own trouble throws.
   *
   * @param options.full a full repack, needed or not.
   * @param options.signal the owner: when it fires, git is gone within five seconds.
   */
  async run(repositoryId: number, options: { full?: boolean; signal?: AbortSignal } = {}): Promise<MaintenanceReport> {
    const owners = [this.stopping.signal, ...(options.signal ? [options.signal] : [])];
    const mayEnd = AbortSignal.any(owners);
    if (mayEnd.aborted) return reportOf('stopped');
    const report = await this.lock.tryRun(repositoryId, async (lost) => {
      if (!(await this.isLive(repositoryId))) return reportOf('gone');
      const signal = AbortSignal.any([mayEnd, lost, AbortSignal.timeout(MAX_RUN_MS)]);
      const repositoryPath = this.repositories.storage.pathOf(repositoryId);
      const run = { repositoryId, repositoryPath, signal, at: this.clock.now() };
      const done = reportOf('done');
      try {
        await this.perform(run, done, options.full ?? false);
      } catch (error) {
        await this.explain(run, done, { error, isEnding: mayEnd.aborted });
      }
      this.count(done);
      return done;
    });
    return report ?? reportOf('busy');
  }

  /** Ends the run under way, if any, and takes no other. It costs nothing: the next one goes on. */
  stop(): void {
    this.stopping.abort(new Error('the hub stops'));
  }

  /** Every repository that is not deleted. */
  async repositoryIds(): Promise<number[]> {
    const rows = await this.database.query<{ id: number }[]>(
      'SELECT id FROM repositories WHERE deleted_at IS NULL ORDER BY id',
    );
    return rows.map(({ id }) => id);
  }

  private async perform(run: Run, report: MaintenanceReport, full: boolean): Promise<void> {
    const { repositoryId, repositoryPath, at } = run;
    const facts = await readStorageFacts(repositoryPath);
    if (!facts) {
      report.outcome = 'gone';
      return;
    }
    const history = await this.state.historyOf(repositoryId);
    const plan = planMaintenance(facts, history, { now: at, full });
    for (const task of plan) {
      const startedAt = performance.now();
      await this.performTask(task, run, { report, isFull: plan.includes('full-repack') });
      report.tasks.push({ task, seconds: (performance.now() - startedAt) / 1000 });
    }
    const after: StorageFacts = (await readStorageFacts(repositoryPath)) ?? facts;
    report.sizeBytes = { before: facts.packBytes, after: after.packBytes };
    const wasFull = plan.includes('full-repack');
    await this.state.finish(repositoryId, {
      at,
      wasFull,
      sizeBytes: after.packBytes,
      pushes: history.pushesSinceRun,
      dueAt: nextDueAt(after, wasFull ? at : history.lastFullAt, this.clock.now()),
    });
  }

  private async performTask(
    task: MaintenanceTask,
    run: Run,
    { report, isFull }: { report: MaintenanceReport; isFull: boolean },
  ): Promise<void> {
    const { repositoryPath, signal, at: now } = run;
    const options = { repositoryPath, signal };
    const steps: Record<MaintenanceTask, () => Promise<unknown>> = {
      'sweep-stale': async () => report.swept.push(...(await sweepStale(repositoryPath, { now }))),
      'settle-limbo': () => settleLimbo(this.git, { ...options, now }),
      'pack-refs': () => packRefs(this.git, options),
      'full-repack': async () => {
        // Nothing but a full repack drops objects: what it must keep is written down before each.
        await keepTips(this.git, { ...options, tips: await this.keptTips.of(run.repositoryId, now) });
        await repackFully(this.git, { ...options, now });
      },
      'roll-up': () => rollUpPacks(this.git, options),
      'commit-graph': () => writeCommitGraph(this.git, { ...options, afresh: isFull }),
    };
    await steps[task]();
  }

  private async explain(
    run: Run,
    report: MaintenanceReport,
    { error, isEnding }: { error: unknown; isEnding: boolean },
  ): Promise<void> {
    if (isEnding) {
      report.outcome = 'stopped';
    } else if ((await readStorageFacts(run.repositoryPath)) === null) {
      report.outcome = 'gone';
    } else {
      report.outcome = 'failed';
      report.error = error instanceof Error ? error.message : String(error);
      await this.state.fail(run.repositoryId, run.at, report.error);
    }
  }

  private count({ outcome, tasks }: MaintenanceReport): void {
    if (outcome === 'done' || outcome === 'failed') this.totals.runs[outcome]++;
    this.totals.seconds += tasks.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  private async isLive(repositoryId: number): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      'SELECT 1 FROM repositories WHERE id = $1 AND deleted_at IS NULL',
      [repositoryId],
    );
    return rows.length > 0;
  }
}

function reportOf(outcome: MaintenanceOutcome): MaintenanceReport {
  return { outcome, tasks: [], swept: [], sizeBytes: null };
}
