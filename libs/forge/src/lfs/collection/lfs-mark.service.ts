import { smallBlobs, type GitHome } from '@granary/git-process';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CLOCK, FORGE_OPTIONS, GIT_HOME } from '../../database/tokens';
import type { Clock } from '@granary/kernel';
import type { ForgeOptions } from '../../options';
import { RepositoriesService, type Repository } from '../../repositories';
import { collectableBefore, UNDER_WAY_MS } from './collection.policy';
import { NAMING_BLOB_LIMIT_BYTES, namedOids } from './named-oids';
import { OidMarks } from './oid-marks';
import { ReachableTipsService, type Tips } from './reachable-tips.service';

/** What one look at a repository found. */
export interface Marked {
  /** When it began: what came later was not seen. */
  startedAt: Date;
  /** Asked for by an owner: graces do not count, nor does the time that the trash keeps. */
  isPurge: boolean;
  /** Links that were shown later are kept without a look. */
  cutoff: Date;
  /** Old links, and all that is in the trash. */
  marks: OidMarks;
  tips: Tips;
}

const PAGE = 20_000;

/** The first half of a collection: finds what is named. It changes nothing and stops nobody. */
@Injectable()
export class LfsMarkService {
  constructor(
    private readonly database: DataSource,
    private readonly reachable: ReachableTipsService,
    private readonly repositories: RepositoriesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws GitFailed when anything that a ref reaches cannot be read: nothing may be collected then. */
  async mark(
    repository: Repository,
    { isPurge = false, signal }: { isPurge?: boolean; signal?: AbortSignal } = {},
  ): Promise<Marked> {
    const startedAt = this.clock.now();
    const cutoff = collectableBefore(startedAt, isPurge ? 0 : this.options.lfs.graceDays);
    const marks = await this.load(repository.id, cutoff);
    const tips = await this.reachable.tips(repository, { now: startedAt, signal });
    if (marks.length > 0) {
      const note = (oid: string) => marks.mark(oid);
      await this.walk(repository, { tips: tips.refs, note, signal });
      await this.walk(repository, { tips: tips.pushed, except: tips.refs, mayMiss: true, note, signal });
      for (const { content } of await this.reachable.lockedFiles(repository, signal)) namedOids(content).forEach(note);
    }
    return { startedAt, cutoff, marks, tips, isPurge };
  }

  /** What refs and pushes name that came while `marked` was made. */
  async namedSince(repository: Repository, marked: Marked, signal?: AbortSignal): Promise<Set<string>> {
    const { startedAt, tips } = marked;
    // A row carries the time before its commit.
    const since = new Date(startedAt.getTime() - UNDER_WAY_MS);
    const named = new Set<string>();
    const later = await this.reachable.changedSince(repository, { since, tips, signal });
    const note = (oid: string) => void (marked.marks.isKnown(oid) && named.add(oid));
    await this.walk(repository, { tips: later, except: tips.refs, mayMiss: true, note, signal });
    return named;
  }

  private async walk(
    repository: Repository,
    walk: { tips: string[]; except?: string[]; mayMiss?: boolean; note(oid: string): void; signal?: AbortSignal },
  ): Promise<void> {
    const { note, ...options } = walk;
    const blobs = smallBlobs(this.git, {
      ...options,
      repositoryPath: this.repositories.storage.pathOf(repository.id),
      limitBytes: NAMING_BLOB_LIMIT_BYTES,
      priority: 'low',
    });
    for await (const { content } of blobs) namedOids(content).forEach(note);
  }

  private async load(repositoryId: number, cutoff: Date): Promise<OidMarks> {
    const marks = new OidMarks();
    for (let last = ''; ;) {
      const rows = await this.database.query<{ oid: string }[]>(
        `(SELECT oid FROM lfs_links WHERE repository_id = $1 AND oid > $2 AND shown_at < $3 ORDER BY oid LIMIT ${PAGE})
         UNION (SELECT oid FROM lfs_trash WHERE repository_id = $1 AND oid > $2 ORDER BY oid LIMIT ${PAGE})
         ORDER BY oid LIMIT ${PAGE}`,
        [repositoryId, last, cutoff],
      );
      for (const { oid } of rows) marks.add(oid);
      const next = rows.at(-1)?.oid;
      if (next === undefined || rows.length < PAGE) return marks;
      last = next;
    }
  }
}
