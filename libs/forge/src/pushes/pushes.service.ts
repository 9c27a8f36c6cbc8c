import { listRefs, type GitHome, type PushHooks, type PendingPush, quarantineEnvironment } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { FORGE_OPTIONS, GIT_HOME } from '../database/tokens';
import { AccountsService } from '../identity/accounts.service';
import { userIdOf, type Actor } from '../identity/actor';
import { LfsObjectsService } from '../lfs';
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
import { incomingPointers, missingObjectsText } from './missing-lfs';
import { judgeCommands, type RefCommand } from './push.policy';
import { PushRecordService, type Intent, type Transport } from './push-record.service';

/** The door of a push: one function for every transport. */
@Injectable()
export class PushesService {
  constructor(
    private readonly records: PushRecordService,
    private readonly repositories: RepositoriesService,
    private readonly access: RepositoryAccessService,
    private readonly accounts: AccountsService,
    private readonly lfs: LfsObjectsService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
  ) {}

  /**
   * The repository to push to. One that is absent is created, private, for those who may create it there.
   * @throws DomainError `repository_not_found`, `forbidden`, `unauthenticated`, `invalid` (the name is not allowed).
   */
  async openForPush(actor: Actor, path: RepositoryPath): Promise<OpenRepository> {
    const found = await this.access.find(actor, path);
    if (found) {
      this.access.require(actor, found, 'write');
      return found;
    }
    const namespace = await this.accounts.namespaceByName(path.namespace);
    if (!namespace?.pushToCreate || !mayCreateRepository(actor, namespace.ownerUserId)) throw repositoryNotFound();
    try {
      await this.repositories.create(actor, path);
    } catch (error) {
      // Two first pushes at once: the other one made it.
      if (!(error instanceof DomainError && error.fields?.some(({ code }) => code === 'already_exists'))) throw error;
    }
    return this.access.open(actor, path, 'write');
  }

  /** The hooks of one push. Its intent is stored before any ref moves. */
  hooks(actor: Actor, repository: Repository, transport: Transport): PushHooks {
    let intent: Intent | undefined;
    return {
      preReceive: async (push) => {
        const { commands } = push;
        const refusals = await this.judge(repository, push);
        if (refusals.length > 0) return { accept: false, messages: refusals };
        intent = await this.records.intend(repository, { actorUserId: userIdOf(actor), transport, commands });
        return { accept: true, messages: [] };
      },
      postReceive: async ({ commands }) => {
        if (!intent) throw new Error('post-receive without an accepted pre-receive');
        const { isFirst } = await this.records.record(intent, commands);
        return { messages: isFirst ? this.welcome(repository, commands) : [] };
      },
    };
  }

  private async judge(repository: Repository, { commands, quarantine, signal }: PendingPush): Promise<string[]> {
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const existingRefs = (await listRefs(this.git, repositoryPath, { signal })).map(({ name }) => name);
    const refusals = judgeCommands(commands, { defaultBranch: repository.defaultBranch, existingRefs });
    if (refusals.length > 0) return refusals;
    const newOids = [...new Set(commands.map(({ newOid }) => newOid).filter((oid) => !isZeroOid(oid)))];
    if (newOids.length === 0) return [];
    const pointers = await incomingPointers(this.git, {
      repositoryPath,
      env: quarantineEnvironment(quarantine),
      newOids,
      signal,
    });
    const linked = await this.lfs.linked(
      repository.id,
      pointers.map(({ oid }) => oid),
    );
    const missing = pointers.filter(({ oid }) => !linked.has(oid));
    return missing.length > 0 ? missingObjectsText(missing) : [];
  }

  private welcome(repository: Repository, commands: readonly RefCommand[]): string[] {
    const branch = commands.find(({ ref, newOid }) => ref.startsWith('refs/heads/') && !isZeroOid(newOid));
    const page = `${this.options.baseUrl}/${fullName(repository)}`;
    return ['', branch ? `See it at ${page}` : `The repository is at ${page}`, ''];
  }
}
