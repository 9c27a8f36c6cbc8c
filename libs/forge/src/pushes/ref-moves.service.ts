import {
  openPrivateCatFile,
  quarantineEnvironment,
  updateRefs,
  type GitHome,
  type QuarantinedObjects,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { GIT_HOME } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import { LfsMissingService } from '../lfs';
import { RepositoriesService, type OpenRepository } from '../repositories';
import { objectBytes } from './object-bytes';
import { missingObject, PushJudge } from './push-judge.service';
import { PushRecordService, type Intent } from './push-record.service';
import type { RefCommand } from './push.policy';
import { RefHistory } from './ref-history';

export interface RefMove {
  actor: Actor;
  opened: Pick<OpenRepository, 'repository' | 'role'>;
  /** The old ids are what the refs must still hold when they move. */
  commands: readonly RefCommand[];
  /** What the refs shall name and the repository does not have yet. Migrated before the refs move; discarded by the caller. */
  objects?: QuarantinedObjects;
}

/** Moves refs for the API and the web as a push would: judged by the same rules, intended, moved, recorded. */
@Injectable()
export class RefMovesService {
  constructor(
    private readonly judge: PushJudge,
    private readonly records: PushRecordService,
    private readonly repositories: RepositoriesService,
    private readonly missing: LfsMissingService,
    @Inject(GIT_HOME) private readonly git: GitHome,
  ) {}

  /**
   * All of the commands, or none.
   *
   * @param move.force false refuses to lose commits, whether or not a branch is protected.
   * @throws DomainError `push_refused` with every reason; `invalid` when a new id is no object, or none for its ref, or
   *   the move loses commits without `force`; `conflict` when a ref moved meanwhile; `quota_exceeded`.
   */
  async move({ actor, opened, commands, objects, force = true }: RefMove & { force?: boolean }): Promise<void> {
    const { repository } = opened;
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const quarantine = objects?.quarantine ?? null;
    await this.requireObjects(repositoryPath, { commands, objects });
    if (!force) await this.requireFastForward(repositoryPath, commands);
    const { refusals, fastForwards, missing } = await this.judge.judge({ actor, opened, commands, quarantine });
    if (refusals.length > 0) {
      throw new DomainError('push_refused', refusals.join('\n'), { details: { refusals } });
    }
    const incomingBytes = quarantine ? await objectBytes(quarantine.objectDirectory) : 0;
    const push = {
      actor,
      actorUserId: userIdOf(actor),
      transport: 'web' as const,
      commands,
      incomingBytes,
      fastForwards,
    };
    const intent = await this.records.intend(repository, push);
    await this.carryOut(repositoryPath, intent, { commands, objects });
    await this.records.record(intent, commands);
    await this.missing.note(repository.id, missing.map(missingObject));
  }

  private async carryOut(
    repositoryPath: string,
    intent: Intent,
    { commands, objects }: Pick<RefMove, 'commands' | 'objects'>,
  ): Promise<void> {
    try {
      await objects?.migrate();
      await updateRefs(
        this.git,
        repositoryPath,
        commands.map(({ ref, oldOid, newOid }) => ({
          ref,
          oldOid: isZeroOid(oldOid) ? null : oldOid,
          newOid: isZeroOid(newOid) ? null : newOid,
        })),
      );
    } catch (error) {
      // What the intent reserved is free again; whether the refs moved after all, the sweep finds out.
      await this.records.release(intent).catch(() => undefined);
      throw error;
    }
  }

  private async requireObjects(
    repositoryPath: string,
    { commands, objects }: Pick<RefMove, 'commands' | 'objects'>,
  ): Promise<void> {
    const env = objects && quarantineEnvironment(objects.quarantine);
    const { catFile, close } = openPrivateCatFile(this.git, { repositoryPath, env });
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
