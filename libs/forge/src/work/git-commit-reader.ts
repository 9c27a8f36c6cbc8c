import { runGit, type GitHome } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import type { LogRecord } from '@granary/wire';
import type { DataSource } from 'typeorm';
import { readCommits, readLog, type BareRepository } from '../browse';
import type { NewCommits, PushEvent } from '../events';
import type { NewCommitsService } from '../pushes';
import { Repository, type RepositoryStorage } from '../repositories';
import type { CommitReader, PushedCommit } from '../webhooks';
import { changedPaths, type ChangedPaths } from './changed-paths';

const OID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const NO_PATHS: ChangedPaths = { added: [], removed: [], modified: [], isCut: true };

/** Commits for the payloads of pushes, read with git. Whatever they hold, they are told: what is too long is cut, and said. */
export class GitCommitReader implements CommitReader {
  constructor(
    private readonly git: GitHome,
    private readonly storage: RepositoryStorage,
    private readonly past: { database: DataSource; news: Pick<NewCommitsService, 'inHindsight'> },
  ) {}

  async commitsBetween(
    repositoryId: number,
    range: { before: string | null; after: string; limit: number },
  ): Promise<{ commits: PushedCommit[]; total: number }> {
    const repository = this.repository(repositoryId);
    const after = await this.commitOf(repository, range.after);
    if (!after) return { commits: [], total: 0 };
    const before = range.before ? await this.commitOf(repository, range.before) : null;
    const revisions = ['--end-of-options', after, ...(before ? [`^${before}`] : [])];
    const count = await this.run(repository, ['rev-list', '--count', ...revisions]);
    const records = await readLog(repository, [
      ...(before ? ['--date-order'] : []),
      `--max-count=${range.limit}`,
      ...revisions,
      '--',
    ]);
    return { commits: (await this.withPaths(repository, records)).reverse(), total: Number(count) };
  }

  async commits(repositoryId: number, ids: readonly string[]): Promise<PushedCommit[]> {
    if (ids.length === 0) return [];
    const repository = this.repository(repositoryId);
    const commits = await readCommits(repository, ids);
    return this.withPaths(
      repository,
      ids.flatMap((id) => commits.get(id) ?? []),
    );
  }

  async commitBehind(repositoryId: number, oid: string): Promise<string | null> {
    return this.commitOf(this.repository(repositoryId), oid).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'not_found') return null;
      throw error;
    });
  }

  async newCommitsOf({ repositoryId, pushId, ref }: PushEvent): Promise<NewCommits> {
    const { manager } = this.past.database;
    const repository = await manager.findOneByOrFail(Repository, { id: repositoryId });
    return (await this.past.news.inHindsight(manager, repository, pushId))(ref);
  }

  private repository(repositoryId: number): BareRepository {
    return { home: this.git, path: this.storage.pathOf(repositoryId) };
  }

  private async withPaths(repository: BareRepository, records: readonly LogRecord[]): Promise<PushedCommit[]> {
    const paths = await changedPaths(
      repository,
      records.map(({ sha }) => sha),
    );
    return records.map((record) => pushed(record, paths.get(record.sha)));
  }

  /** The commit that an id stands for; null where it is a blob or tree. */
  private async commitOf(repository: BareRepository, oid: string): Promise<string | null> {
    if (!OID.test(oid)) throw new DomainError('not_found', `${oid} is no object id.`);
    await this.run(repository, ['cat-file', '-e', oid]).catch((cause: unknown) => {
      throw new DomainError('not_found', `git no longer has ${oid}.`, { cause });
    });
    const { stdout, exitCode } = await runGit(this.git, {
      repositoryPath: repository.path,
      args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${oid}^{commit}`],
      acceptExitCodes: [0, 1, 128],
      maxOutputBytes: 1024,
    });
    return exitCode === 0 ? stdout.toString().trim() : null;
  }

  private async run({ path }: BareRepository, args: string[]): Promise<string> {
    const { stdout } = await runGit(this.git, { repositoryPath: path, args, maxOutputBytes: 1024 });
    return stdout.toString('utf8');
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
