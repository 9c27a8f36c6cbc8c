import { openQuarantines, purgeUnreachable, type GitHome } from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { RefLogService } from '../ref-log';
import { RepositoriesService, RepositoryLock } from '../repositories';

/** Beyond it a purge is given up, and tried again. */
const MAX_RUN_MS = 3_600_000;
const MAX_DRAIN_MS = 600_000;
const LOOK_AGAIN_MS = 200;

/** `busy`: its upkeep runs elsewhere. `gone`: deleted, or never there. `restored`: a push counted on what went. */
export type GitPurgeOutcome = 'purged' | 'restored' | 'busy' | 'gone';

/** Drops the git objects of a repository that no ref reaches, under the lock of its upkeep and beside its pushes. */
@Injectable()
export class GitPurgeService {
  constructor(
    private readonly database: DataSource,
    private readonly lock: RepositoryLock,
    private readonly repositories: RepositoriesService,
    private readonly refLog: RefLogService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(repositoryId: number, owner: AbortSignal): Promise<GitPurgeOutcome> {
    const outcome = await this.lock.tryRun(repositoryId, async (lost): Promise<GitPurgeOutcome> => {
      if (!(await this.isLive(repositoryId))) return 'gone';
      const signal = AbortSignal.any([owner, lost, AbortSignal.timeout(MAX_RUN_MS)]);
      const repositoryPath = this.repositories.storage.pathOf(repositoryId);
      const drained = () => this.drained(repositoryId, repositoryPath, signal);
      return purgeUnreachable(this.git, { repositoryPath, signal, now: this.clock.now(), drained });
    });
    return outcome ?? 'busy';
  }

  /**
   * Waits for whoever writes now: by their quarantines, which they have from the first object on, and by their intents,
   * which stand from before their refs move until they have moved.
   */
  private async drained(repositoryId: number, repositoryPath: string, signal: AbortSignal): Promise<void> {
    const writing = async () => [
      ...(await openQuarantines(repositoryPath)),
      ...(await this.refLog.pendingPushes(repositoryId)),
    ];
    const until = Date.now() + MAX_DRAIN_MS;
    let awaited = await writing();
    while (awaited.length > 0) {
      if (Date.now() > until) throw new Error(`pushes to the repository ${repositoryId} do not end`);
      await sleep(LOOK_AGAIN_MS, undefined, { signal });
      const still = new Set(await writing());
      awaited = awaited.filter((name) => still.has(name));
    }
  }

  private async isLive(repositoryId: number): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      'SELECT 1 FROM repositories WHERE id = $1 AND deleted_at IS NULL',
      [repositoryId],
    );
    return rows.length > 0;
  }
}
