import { runGit, syncMovedRefs, type GitHome } from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, GIT_HOME } from '../database/tokens';
import type { Actor, User } from '../identity';
import { RepositoriesService, type Repository } from '../repositories';
import { authorOf } from './commit-author';
import { RefMovesService } from './ref-moves.service';

/** The first commit of a repository that was asked to begin with a README. No work tree: objects are written directly. */
@Injectable()
export class InitialCommitService {
  constructor(
    private readonly moves: RefMovesService,
    private readonly repositories: RepositoriesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param actor has just created the repository; `author` is its account. */
  async create(repository: Repository, { actor, author }: { actor: Actor; author: User }): Promise<void> {
    const text = `# ${repository.name}\n${repository.description ? `\n${repository.description}\n` : ''}`;
    const blob = await this.write(repository, ['hash-object', '-w', '--stdin'], { stdin: text });
    const tree = await this.write(repository, ['mktree'], { stdin: `100644 blob ${blob}\tREADME.md\n` });
    const commit = await this.write(repository, ['commit-tree', tree], {
      stdin: 'Initial commit\n',
      env: this.identity(author),
    });
    // They lie in files of their own, whose directories nobody else knows of.
    await syncMovedRefs(this.repositories.storage.pathOf(repository.id), [], [blob, tree, commit]);
    const command = {
      ref: `refs/heads/${repository.defaultBranch}`,
      oldOid: '0'.repeat(commit.length),
      newOid: commit,
    };
    await this.moves.move({ actor, opened: { repository, role: 'admin' }, commands: [command] });
  }

  private async write(
    repository: Repository,
    args: string[],
    more: { stdin: string; env?: Record<string, string> },
  ): Promise<string> {
    const { stdout } = await runGit(this.git, {
      repositoryPath: this.repositories.storage.pathOf(repository.id),
      args,
      maxOutputBytes: 4096,
      ...more,
    });
    return stdout.toString().trim();
  }

  private identity(author: User): Record<string, string> {
    const date = `${Math.floor(this.clock.now().getTime() / 1000)} +0000`;
    const { name, email } = authorOf(author);
    return {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_AUTHOR_DATE: date,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
      GIT_COMMITTER_DATE: date,
    };
  }
}
