import { listRefs, openPrivateCatFile, presentObjects, type GitHome } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { FORGE_OPTIONS, GIT_HOME } from '../../database/tokens';
import type { ForgeOptions } from '../../options';
import { ProtectionsService } from '../../protection';
import { RefLogService, type LoggedCommand } from '../../ref-log';
import { RepositoriesService, type Repository } from '../../repositories';
import { lockedTips } from '../locks/locked-tips';
import { collectableBefore, keepingPushes, pushesSince } from './collection.policy';
import { NAMING_BLOB_LIMIT_BYTES } from './named-oids';

/** Where the walk over a repository begins. */
export interface Tips {
  /** What refs hold, hidden ones too. Everything that they reach must be there. */
  refs: string[];
  /** Old and new ids of pushes that keep what they name; what git has of them. */
  pushed: string[];
}

/** What keeps LFS objects, beside the grace: refs, recent pushes, the pushes of protected refs, and locks. */
@Injectable()
export class ReachableTipsService {
  constructor(
    private readonly database: DataSource,
    private readonly refLog: RefLogService,
    private readonly protections: ProtectionsService,
    private readonly repositories: RepositoriesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /** @throws GitFailed when the refs cannot be read. */
  async tips(repository: Repository, { now, signal }: { now: Date; signal?: AbortSignal }): Promise<Tips> {
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    // The refs first. A push is stored before it moves a ref: one that moved before this reading is among the pushes,
    // and one that moves after it leaves its old id among the refs and its new one to `changedSince`.
    const refs = [...new Set((await listRefs(this.git, repositoryPath, { signal })).map(({ oid }) => oid))];
    const pushes = await this.keepingPushes(repository, now);
    const pushed = await this.idsOf(repositoryPath, pushes, { besides: refs, signal });
    return { refs, pushed };
  }

  /** What refs hold now, and ids of pushes since `since`, that no ref of `tips` held: a sweep must look at them again. */
  async changedSince(
    repository: Repository,
    { since, tips, signal }: { since: Date; tips: Tips; signal?: AbortSignal },
  ): Promise<string[]> {
    const pushes = await this.refLog.commandsSince(repository.id, since);
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const refs = (await listRefs(this.git, repositoryPath, { signal })).map(({ oid }) => oid);
    const known = new Set(tips.refs);
    const moved = refs.filter((oid) => !known.has(oid));
    return [...moved, ...(await this.idsOf(repositoryPath, pushes, { besides: [...tips.refs, ...moved], signal }))];
  }

  async keepingPushes(repository: Repository, now: Date): Promise<LoggedCommand[]> {
    const { graceDays } = this.options.lfs;
    const [pushes, protections] = await Promise.all([
      this.refLog.commandsSince(repository.id, pushesSince(now, graceDays)),
      this.protections.list(repository.id),
    ]);
    const { defaultBranch } = repository;
    return keepingPushes(pushes, { before: collectableBefore(now, graceDays), protections, defaultBranch });
  }

  /** What git has pruned already can be cloned by nobody: it keeps nothing. */
  private async idsOf(
    repositoryPath: string,
    pushes: readonly LoggedCommand[],
    { besides, signal }: { besides: readonly string[]; signal?: AbortSignal },
  ): Promise<string[]> {
    const known = new Set(besides);
    const ids = new Set(pushes.flatMap(({ oldOid, newOid }) => [oldOid, newOid]));
    const oids = [...ids].filter((oid) => !isZeroOid(oid) && !known.has(oid));
    return presentObjects(this.git, repositoryPath, { oids, signal });
  }

  /**
   * The files under open locks as the branches of their owners had them last. On branches that are there they are
   * reached anyhow; this is for those that are gone, however long ago.
   */
  async lockedFiles(repository: Repository, signal?: AbortSignal): Promise<{ path: string; content: Buffer }[]> {
    const rows = await lockedTips(this.database, repository.id);
    if (rows.length === 0) return [];
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const { catFile, close } = openPrivateCatFile(this.git, { repositoryPath, signal });
    const files: { path: string; content: Buffer }[] = [];
    try {
      for (const { path, oid } of rows) {
        const found = await catFile
          .contents(`${oid}:${path}`, { maxBytes: NAMING_BLOB_LIMIT_BYTES })
          .catch(nullIfTooLarge);
        if (found) files.push({ path, content: found.data });
      }
    } finally {
      await close();
    }
    return files;
  }
}

function nullIfTooLarge(error: unknown): null {
  if (error instanceof DomainError && error.code === 'too_large') return null;
  throw error;
}
