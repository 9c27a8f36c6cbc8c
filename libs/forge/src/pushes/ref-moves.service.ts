import { openPrivateCatFile, updateRefs, type GitHome } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import { RepositoriesService, type OpenRepository } from '../repositories';
import { PushJudge } from './push-judge.service';
import { PushRecordService } from './push-record.service';
import type { RefCommand } from './push.policy';
import { RefHistory } from './ref-history';

export interface RefMove {
  actor: Actor;
  opened: Pick<OpenRepository, 'repository' | 'role'>;
  /** The old ids are what the refs must still hold when they move. */
  commands: readonly RefCommand[];
}

/** Moves refs for the API and the web as a push would: judged by the same rules, intended, moved, recorded. */
@Injectable()
export class RefMovesService {
  constructor(
    private readonly judge: PushJudge,
    private readonly records: PushRecordService,
    private readonly repositories: RepositoriesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  /**
   * All of the commands, or none.
   *
   * @param move.force false refuses to lose commits, whether or not a branch is protected.
   * @throws DomainError `push_refused` with every reason; `invalid` when a new id is no object, or none for its ref, or
   *   the move loses commits without `force`; `conflict` when a ref moved meanwhile.
   */
  async move({ actor, opened, commands, force = true }: RefMove & { force?: boolean }): Promise<void> {
    const { repository } = opened;
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    await this.requireObjects(repositoryPath, commands);
    if (!force) await this.requireFastForward(repositoryPath, commands);
    const { refusals } = await this.judge.judge({ actor, opened, commands, quarantine: null });
    if (refusals.length > 0) {
      throw new DomainError('push_refused', refusals.join('\n'), { details: { refusals } });
    }
    const intent = await this.records.intend(repository, { actorUserId: userIdOf(actor), transport: 'web', commands });
    await updateRefs(
      this.git,
      repositoryPath,
      commands.map(({ ref, oldOid, newOid }) => ({
        ref,
        oldOid: isZeroOid(oldOid) ? null : oldOid,
        newOid: isZeroOid(newOid) ? null : newOid,
      })),
    );
    await this.records.record(intent, commands);
  }

  private async requireObjects(repositoryPath: string, commands: readonly RefCommand[]): Promise<void> {
    const { catFile, close } = openPrivateCatFile(this.git, { repositoryPath });
    try {
      for (const { ref, newOid } of commands) {
        if (isZeroOid(newOid)) continue;
        const object = await catFile.info(newOid);
        if (!object) throw new DomainError('invalid', 'Object does not exist');
        if (object.type !== 'commit' && ref.startsWith('refs/heads/')) {
          throw new DomainError('invalid', `A branch points at a commit; ${newOid} is a ${object.type}.`);
        }
      }
    } finally {
      await close();
    }
  }

  private async requireFastForward(repositoryPath: string, commands: readonly RefCommand[]): Promise<void> {
    const history = new RefHistory(this.git, { repositoryPath, quarantine: null, commands, bases: new Set() });
    const [lossy] = await history.forcedAmong(commands);
    if (lossy === undefined) return;
    throw new DomainError('invalid', 'Update is not a fast forward', {
      hint: `${lossy} would lose commits. To move it all the same, send "force": true.`,
    });
  }
}
