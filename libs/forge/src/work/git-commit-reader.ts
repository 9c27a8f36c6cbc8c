import { countRange, lookUpObjects, readCommits, readLog, type GitRepository } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import type { LogRecord } from '@granary/wire';
import type { DataSource } from 'typeorm';
import type { NewCommits, PushEvent } from '../events';
import type { NewCommitsService } from '../pushes';
import { Repository, type RepositoriesService } from '../repositories';
import type { CommitReader, PushedCommit } from '../webhooks';
import { changedPaths, type ChangedPaths } from './changed-paths';

const OID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const NO_PATHS: ChangedPaths = { added: [], removed: [], modified: [], isCut: true };

/** Commits for the payloads of pushes, read with git. Whatever they hold, they are told: what is too long is cut, and said. */
export class GitCommitReader implements CommitReader {
  constructor(
    private readonly repositories: Pick<RepositoriesService, 'open'>,
    private readonly past: { database: DataSource; news: Pick<NewCommitsService, 'inHindsight'> },
  ) {}

  async commitsBetween(
    repositoryId: number,
    range: { before: string | null; after: string; limit: number },
  ): Promise<{ commits: PushedCommit[]; total: number }> {
    const repository = this.repositories.open({ id: repositoryId });
    const after = await this.commitOf(repository, range.after);
    if (!after) return { commits: [], total: 0 };
    const before = range.before ? await this.commitOf(repository, range.before) : null;
    const wanted = before ? { tip: after, except: before, order: 'dates' as const } : { tip: after };
    const total = await countRange(repository, wanted);
    const records = await readLog(repository, { ...wanted, limit: range.limit });
    return { commits: (await this.withPaths(repository, records)).reverse(), total };
  }

  async commits(repositoryId: number, ids: readonly string[]): Promise<PushedCommit[]> {
    if (ids.length === 0) return [];
    const repository = this.repositories.open({ id: repositoryId });
    const commits = await readCommits(repository, ids);
    return this.withPaths(
      repository,
      ids.flatMap((id) => commits.get(id) ?? []),
    );
  }

  async commitBehind(repositoryId: number, oid: string): Promise<string | null> {
    return this.commitOf(this.repositories.open({ id: repositoryId }), oid).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'not_found') return null;
      throw error;
    });
  }

  async newCommitsOf({ repositoryId, pushId, ref }: PushEvent): Promise<NewCommits> {
    const { manager } = this.past.database;
    const repository = await manager.findOneByOrFail(Repository, { id: repositoryId });
    return (await this.past.news.inHindsight(manager, repository, pushId))(ref);
  }

  private async withPaths(repository: GitRepository, records: readonly LogRecord[]): Promise<PushedCommit[]> {
    const paths = await changedPaths(
      repository,
      records.map(({ sha }) => sha),
    );
    return records.map((record) => pushed(record, paths.get(record.sha)));
  }

  /** The commit that an id stands for; null where it is a blob or tree. */
  private async commitOf(repository: GitRepository, oid: string): Promise<string | null> {
    if (!OID.test(oid)) throw new DomainError('not_found', `${oid} is no object id.`);
    const gone = (cause?: unknown) => new DomainError('not_found', `git no longer has ${oid}.`, { cause });
    const [object, commit] = await lookUpObjects(repository, [oid, `${oid}^{commit}`]).catch((cause: unknown) => {
      throw gone(cause);
    });
    if (!object) throw gone();
    return commit?.oid ?? null;
  }
}

function pushed(record: LogRecord, paths: ChangedPaths = NO_PATHS): PushedCommit {
  const { added, removed, modified } = paths;
  return {
    id: record.sha,
    treeId: record.tree,
    message: record.message,
    isMessageCut: record.isCut,
    timestamp: record.committer.date,
    author: { name: record.author.name, email: record.author.email },
    committer: { name: record.committer.name, email: record.committer.email },
    ...{ added, removed, modified },
    arePathsCut: paths.isCut,
  };
}
