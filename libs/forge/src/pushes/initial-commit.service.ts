import { commitTree, syncMovedRefs, writeObject, writeTree } from '@granary/git-process';
import type { Clock } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '../database/tokens';
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
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @param actor has just created the repository; `author` is its account. */
  async create(repository: Repository, { actor, author }: { actor: Actor; author: User }): Promise<void> {
    const text = `# ${repository.name}\n${repository.description ? `\n${repository.description}\n` : ''}`;
    const git = this.repositories.open(repository);
    const blob = await writeObject(git, 'blob', text);
    const tree = await writeTree(git, [{ mode: '100644', type: 'blob', oid: blob, name: 'README.md' }]);
    const person = { ...authorOf(author), date: this.clock.now() };
    const commit = await commitTree(git, { tree, message: 'Initial commit\n', author: person, committer: person });
    // They lie in files of their own, whose directories nobody else knows of.
    await syncMovedRefs(git.path, [], [blob, tree, commit]);
    const command = {
      ref: `refs/heads/${repository.defaultBranch}`,
      oldOid: '0'.repeat(commit.length),
      newOid: commit,
    };
    await this.moves.move({ actor, opened: { repository, role: 'admin' }, commands: [command] });
  }
}
