import { runGit, type GitHome } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { LOG_FORMAT, parseLog, type LogRecord } from '@granary/wire';
import type { RepositoryStorage } from '../repositories';
import type { CommitReader, PushedCommit } from '../webhooks';

const MAX_LOG_BYTES = 8 * 1024 * 1024;
const MAX_PATHS_BYTES = 2 * 1024 * 1024;
const OID = /^([0-9a-f]{40}|[0-9a-f]{64})$/;

interface ChangedPaths {
  added: string[];
  removed: string[];
  modified: string[];
}

/** Commits for the payloads of pushes, read with git. */
export class GitCommitReader implements CommitReader {
  constructor(
    private readonly git: GitHome,
    private readonly storage: RepositoryStorage,
  ) {}

  async commitsBetween(
    repositoryId: number,
    range: { before: string | null; after: string; limit: number },
  ): Promise<{ commits: PushedCommit[]; total: number }> {
    const repositoryPath = this.storage.pathOf(repositoryId);
    const after = await this.commitOf(repositoryPath, range.after);
    if (!after) return { commits: [], total: 0 };
    const before = range.before ? await this.commitOf(repositoryPath, range.before) : null;
    const revisions = ['--end-of-options', after, ...(before ? [`^${before}`] : [])];
    const count = await this.run(repositoryPath, ['rev-list', '--count', ...revisions]);
    const log = await this.run(repositoryPath, [
      'log',
      '-z',
      '--no-show-signature',
      '--encoding=UTF-8',
      `--max-count=${range.limit}`,
      `--format=${LOG_FORMAT}`,
      ...revisions,
      '--',
    ]);
    const commits: PushedCommit[] = [];
    for (const record of parseLog(log).reverse()) commits.push(await this.describe(repositoryPath, record));
    return { commits, total: Number(count) };
  }

  /** The commit that an id stands for; null where it is a blob or tree. */
  private async commitOf(repositoryPath: string, oid: string): Promise<string | null> {
    if (!OID.test(oid)) throw new DomainError('not_found', `${oid} is no object id.`);
    await this.run(repositoryPath, ['cat-file', '-e', oid]).catch((cause: unknown) => {
      throw new DomainError('not_found', `git no longer has ${oid}.`, { cause });
    });
    const { stdout, exitCode } = await runGit(this.git, {
      repositoryPath,
      args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${oid}^{commit}`],
      acceptExitCodes: [0, 1, 128],
      maxOutputBytes: 1024,
    });
    return exitCode === 0 ? stdout.toString().trim() : null;
  }

  private async describe(repositoryPath: string, record: LogRecord): Promise<PushedCommit> {
    return {
      id: record.sha,
      treeId: record.tree,
      message: record.body ? `${record.subject}\n\n${record.body}` : record.subject,
      timestamp: record.committer.date,
      author: { name: record.author.name, email: record.author.email },
      committer: { name: record.committer.name, email: record.committer.email },
      ...(await this.changedPaths(repositoryPath, record.sha)),
    };
  }

  /** Against the first parent. A commit that touches more than fits is told without its paths. */
  private async changedPaths(repositoryPath: string, sha: string): Promise<ChangedPaths> {
    const args = [
      'diff-tree',
      '-r',
      '-z',
      '--root',
      '--no-commit-id',
      '--name-status',
      '--no-renames',
      '-m',
      '--first-parent',
      sha,
    ];
    const output = await this.run(repositoryPath, args, MAX_PATHS_BYTES).catch(() => '');
    const fields = output.split('\0');
    const paths: ChangedPaths = { added: [], removed: [], modified: [] };
    for (let at = 0; at + 1 < fields.length; at += 2) {
      const path = fields[at + 1] ?? '';
      if (fields[at] === 'A') paths.added.push(path);
      else if (fields[at] === 'D') paths.removed.push(path);
      else paths.modified.push(path);
    }
    return paths;
  }

  private async run(repositoryPath: string, args: string[], maxOutputBytes = MAX_LOG_BYTES): Promise<string> {
    const { stdout } = await runGit(this.git, { repositoryPath, args, maxOutputBytes });
    return stdout.toString('utf8');
  }
}
