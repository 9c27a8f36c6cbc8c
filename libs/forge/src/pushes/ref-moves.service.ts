import {
  updateRefs,
  withObjects,
  withQuarantine,
  type GitRepository,
  type QuarantinedObjects,
} from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Injectable } from '@nestjs/common';
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
    const git = this.repositories.open(repository);
    const quarantine = objects?.quarantine ?? null;
    await this.requireObjects(withQuarantine(git, quarantine), commands);
    if (!force) await this.requireFastForward(git, commands);
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
    await this.carryOut(git, intent, { commands, objects });
    await this.records.record(intent, commands);
    await this.missing.note(repository.id, missing.map(missingObject));
  }

  private async carryOut(
    git: GitRepository,
    intent: Intent,
    { commands, objects }: Pick<RefMove, 'commands' | 'objects'>,
  ): Promise<void> {
    try {
      await objects?.migrate();
      await updateRefs(
        git.home,
        git.path,
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

  private requireObjects(git: GitRepository, commands: readonly RefCommand[]): Promise<void> {
    return withObjects(git, async (objects) => {
      for (const { ref, newOid } of commands) {
        if (isZeroOid(newOid)) continue;
        const object = await objects.info(newOid);
        if (!object) throw new DomainError('invalid', 'Object does not exist');
        if (object.type !== 'commit' && ref.startsWith('refs/heads/')) {
          throw new DomainError('invalid', `A branch points at a commit; ${newOid} is a ${object.type}.`);
        }
      }
    });
  }

  private async requireFastForward(git: GitRepository, commands: readonly RefCommand[]): Promise<void> {
    const history = new RefHistory(git, { commands, bases: new Set() });
    const [lossy] = await history.forcedAmong(commands);
    if (lossy === undefined) return;
    throw new DomainError('invalid', 'Update is not a fast forward', {
      hint: `${lossy} would lose commits. To move it all the same, send "force": true.`,
    });
  }
}
