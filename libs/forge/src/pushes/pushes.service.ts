import type { PendingPush, PushHooks } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS } from '../database/tokens';
import { AccountsService } from '../identity/accounts.service';
import { userIdOf, type Actor } from '../identity/actor';
import { LfsMissingService } from '../lfs';
import type { ForgeOptions } from '../options';
import {
  fullName,
  RepositoriesService,
  RepositoryAccessService,
  repositoryNotFound,
  type OpenRepository,
  type Repository,
  type RepositoryPath,
} from '../repositories';
import { mayCreateRepository } from '../access';
import { classOf, QuotaReportService } from '../quotas';
import { PushRulesService } from '../protection';
import { largeFileRefusal } from './incoming/refusal-texts';
import { DiskRoomService } from './disk-room.service';
import { missingObject, PushJudge, type Judgement } from './push-judge.service';
import { PushRecordService, type Intent, type Transport } from './push-record.service';
import { hintsAfter } from './push-hints';
import { outagesTold } from './push-outage';
import { objectBytes } from './object-bytes';
import { verdictOn } from './push-verdict';

/** The door of a push: one function for every transport. */
@Injectable()
export class PushesService {
  constructor(
    private readonly records: PushRecordService,
    private readonly repositories: RepositoriesService,
    private readonly access: RepositoryAccessService,
    private readonly accounts: AccountsService,
    private readonly judge: PushJudge,
    private readonly rules: PushRulesService,
    private readonly quotaReport: QuotaReportService,
    private readonly disk: DiskRoomService,
    private readonly missing: LfsMissingService,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /**
   * The repository to push to. One that is absent is created, private, for those who may create it there.
   * @throws DomainError `repository_not_found`, `forbidden`, `unauthenticated`, `invalid` (the name is not allowed),
   *   `storage_full`.
   */
  async openForPush(actor: Actor, path: RepositoryPath): Promise<OpenRepository> {
    const found = await this.access.find(actor, path);
    if (found) {
      this.access.require(actor, found, 'write');
      await this.disk.require();
      return found;
    }
    const namespace = await this.accounts.namespaceByName(path.namespace);
    if (!namespace?.pushToCreate || !mayCreateRepository(actor, namespace)) throw repositoryNotFound();
    await this.disk.require();
    try {
      await this.repositories.create(actor, path);
    } catch (error) {
      // Two first pushes at once: the other one made it.
      if (!(error instanceof DomainError && error.fields?.some(({ code }) => code === 'already_exists'))) throw error;
    }
    return this.access.open(actor, path, 'write');
  }

  /** The hooks of one push. Its intent is stored before any ref moves. */
  hooks(actor: Actor, { repository: { id } }: OpenRepository, transport: Transport): PushHooks {
    let intent: Intent | undefined;
    let missing: Judgement['missing'] = [];
    return outagesTold({
      largeFile: async (sizeBytes) => largeFileRefusal(sizeBytes, (await this.rules.get(id)).effective),
      preReceive: async (push) => {
        const opened = await this.reopen(actor, id);
        const announced = push.announced?.commands;
        const judgement = await this.judge.judge({ actor, opened, ...push, announced });
        const { warnings, fastForwards } = judgement;
        const verdict = verdictOn(push, judgement);
        if (!verdict.accept) return verdict;
        missing = judgement.missing;
        const commands = push.commands.filter(({ ref }) => !judgement.refused.has(ref));
        const by = { actor, repository: opened.repository, transport, fastForwards };
        intent = await this.intend({ ...push, commands }, by);
        return { ...verdict, messages: [...verdict.messages, ...warnings] };
      },
      postReceive: async ({ commands }) => {
        if (!intent) throw new Error('post-receive without an accepted pre-receive');
        const { isFirst } = await this.records.record(intent, commands);
        await this.missing.note(id, missing.map(missingObject));
        const { repository } = intent;
        const page = `${this.options.baseUrl}/${fullName(repository)}`;
        const storageClass = classOf(repository.visibility);
        // The push is recorded: a hint that cannot be had must not make it look failed.
        const warnings = await this.quotaReport.warnings(repository.namespace, storageClass).catch(() => []);
        return { messages: hintsAfter(commands, { isFirst, page, warnings }) };
      },
    });
  }

  /** Objects may have been under way for hours: what counts is what the pusher may do now. */
  private async reopen(actor: Actor, repositoryId: number): Promise<OpenRepository> {
    const opened = await this.access.byId(actor, repositoryId);
    if (!opened) throw repositoryNotFound();
    this.access.require(actor, opened, 'write');
    return opened;
  }

  private async intend(
    { commands, quarantine, signal }: PendingPush,
    by: { actor: Actor; repository: Repository; transport: Transport; fastForwards: ReadonlySet<string> },
  ): Promise<Intent> {
    const { actor, repository, transport, fastForwards } = by;
    const incomingBytes = quarantine.objectDirectory ? await objectBytes(quarantine.objectDirectory) : 0;
    signal.throwIfAborted();
    const actorUserId = userIdOf(actor);
    const push = { actor, actorUserId, transport, commands, incomingBytes, fastForwards };
    const intent = await this.records.intend(repository, push);
    if (incomingBytes > 0) this.releaseAtEnd(intent, signal);
    return intent;
  }

  /** A push that is over without a record holds no quota any more. Where this fails, the sweep gives up the intent. */
  private releaseAtEnd(intent: Intent, signal: AbortSignal): void {
    const release = () => void this.records.release(intent).catch(() => undefined);
    if (signal.aborted) release();
    else signal.addEventListener('abort', release, { once: true });
  }
}
