import { basename } from 'node:path';
import type { Visibility } from '@granary/api-contract';
import { DomainError, invalidField } from '@granary/kernel';
import {
  initRepository,
  listRefs,
  readObjectFormat,
  setHead,
  type GitHome,
  type InitRepositoryOptions,
  type ObjectFormat,
  type OpenedRepository,
} from '@granary/git-process';
import { checkRefName } from '@granary/wire';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { mayCreateRepository } from '../access';
import { AuditService, type NewAuditEntry } from '../audit';
import { CLOCK, FORGE_OPTIONS, GIT_HOME } from '../database/tokens';
import { isUniqueViolation } from '../database/unique-violation';
import { EventsService, OutboxRelay, type RepositoryEvent } from '../events';
import type { ForgeOptions } from '../options';
import { AccountsService } from '../identity/accounts.service';
import { userIdOf, type Actor, type UserActor } from '../identity/actor';
import { checkRepositoryName, foldName } from '../identity/name.policy';
import { classOf, QuotasService } from '../quotas';
import type { Namespace } from '../identity/namespace.entity';
import type { Clock } from '@granary/kernel';
import { CatFilesService } from './cat-files.service';
import { keepFormerName } from './former-name';
import { Repository } from './repository.entity';
import { RepositoryStorage } from './repository-storage';

export interface NewRepository {
  namespace: string;
  name: string;
  description?: string | null;
  visibility?: Visibility;
  defaultBranch?: string;
  objectFormat?: 'sha1' | 'sha256';
}

export interface RepositoryChange {
  name?: string;
  description?: string | null;
  visibility?: Visibility;
  defaultBranch?: string;
}

const DEFAULT_BRANCH = 'main';

function checkBranchName(branch: string): void {
  if (checkRefName(`refs/heads/${branch}`) !== null || branch.startsWith('-')) {
    throw invalidField('default_branch', `"${branch}" is no branch name`);
  }
}

@Injectable()
export class RepositoriesService {
  readonly storage: RepositoryStorage;
  private readonly logger = new Logger(RepositoriesService.name);

  constructor(
    private readonly database: DataSource,
    private readonly accounts: AccountsService,
    private readonly events: EventsService,
    private readonly relay: OutboxRelay,
    private readonly audit: AuditService,
    private readonly quotas: QuotasService,
    private readonly catFiles: CatFilesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {
    this.storage = new RepositoryStorage(options.repositoriesDir);
  }

  /**
   * What git is asked of: the repository on the disk with the process that all its readers share. Costs nothing.
   *
   * @param signal ends what git does for this reader.
   */
  open({ id }: Pick<Repository, 'id'>, signal?: AbortSignal): OpenedRepository {
    const path = this.storage.pathOf(id);
    return { home: this.git, path, signal, objects: this.catFiles.open(path) };
  }

  /**
   * @throws DomainError `not_found` (no such namespace), `forbidden`, `invalid` (name not allowed or taken),
   *   `quota_exceeded`.
   */
  async create(actor: Actor, input: NewRepository): Promise<Repository> {
    const namespace = await this.accounts.namespaceByName(input.namespace);
    if (!namespace) throw new DomainError('not_found', `There is no namespace "${input.namespace}".`);
    if (!mayCreateRepository(actor, namespace)) {
      throw new DomainError('forbidden', `You may not create repositories in "${namespace.name}".`, {
        hint: 'Your own namespace bears your user name; a token needs the scope repo:write.',
      });
    }
    checkRepositoryName(input.name);
    checkBranchName(input.defaultBranch ?? DEFAULT_BRANCH);
    try {
      return await this.recorded((manager) => this.insert(manager, { actor, namespace, input }));
    } catch (error) {
      if (isUniqueViolation(error, 'repositories_name')) {
        throw invalidField('name', `${namespace.name}/${input.name} exists already`, 'already_exists');
      }
      throw error;
    }
  }

  /** A transaction that writes events; they are on their way as soon as it is committed. */
  private async recorded<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const result = await this.database.transaction(work);
    this.relay.nudge();
    return result;
  }

  private async insert(
    manager: EntityManager,
    { actor, namespace, input }: { actor: UserActor; namespace: Namespace; input: NewRepository },
  ): Promise<Repository> {
    const defaultBranch = input.defaultBranch ?? DEFAULT_BRANCH;
    const visibility = input.visibility ?? 'private';
    if (this.quotas.isLimited(namespace, 'repositories')) {
      await this.quotas.requireRoom(manager, await this.quotas.hold(manager, namespace.id), {
        actor,
        storageClass: classOf(visibility),
        growth: { repositories: 1 },
        subject: 'A new one',
      });
    }
    const row = manager.create(Repository, {
      namespaceId: namespace.id,
      name: input.name,
      nameFolded: foldName(input.name),
      description: input.description ?? null,
      visibility,
      defaultBranch,
    });
    const repository = await manager.save(row);
    repository.namespace = namespace;
    await manager.query('DELETE FROM repository_redirects WHERE namespace_id = $1 AND name_folded = $2', [
      namespace.id,
      repository.nameFolded,
    ]);
    await this.record(manager, repository, { action: 'created', actor });
    await this.note(manager, repository, {
      action: 'repository.create',
      actor,
      details: { visibility: repository.visibility },
    });
    // Last, so that a failure leaves no row; a directory without a row is found by id and harmless.
    await this.init(manager, repository, { objectFormat: input.objectFormat ?? 'sha1', defaultBranch });
    return repository;
  }

  private async init(manager: EntityManager, repository: Repository, options: InitRepositoryOptions): Promise<void> {
    const path = this.storage.pathOf(repository.id);
    try {
      await initRepository(this.git, path, options);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'conflict')) throw error;
      // A crash before the row was committed left it, or the database was restored from before it was made.
      const aside = await this.storage.setAside(repository.id, this.clock.now());
      this.logger.warn(`${path} was there before its repository: it was set aside as ${aside}`);
      const details = { directory: basename(aside) };
      await this.note(manager, repository, { action: 'repository.set_aside', actor: null, details });
      await initRepository(this.git, path, options);
    }
  }

  /** Applies every given field or none. @throws DomainError `quota_exceeded` when it does not fit its new visibility. */
  async update(actor: Actor, repository: Repository, change: RepositoryChange): Promise<Repository> {
    if (change.name !== undefined) checkRepositoryName(change.name);
    if (change.defaultBranch !== undefined) await this.checkDefaultBranch(repository, change.defaultBranch);
    try {
      return await this.recorded((manager) => this.apply(manager, { actor, repository, change }));
    } catch (error) {
      if (isUniqueViolation(error, 'repositories_name')) {
        throw invalidField('name', `${repository.namespace.name}/${change.name} exists already`, 'already_exists');
      }
      throw error;
    }
  }

  /** Of the ids of its objects; null where the repository on the disk is damaged. */
  objectFormat({ id }: Repository): Promise<ObjectFormat | null> {
    return readObjectFormat(this.storage.pathOf(id)).catch(() => null);
  }

  private async apply(
    manager: EntityManager,
    { actor, repository, change }: { actor: Actor; repository: Repository; change: RepositoryChange },
  ): Promise<Repository> {
    const set: Partial<Repository> = { updatedAt: this.clock.now() };
    if (change.description !== undefined) set.description = change.description;
    if (change.visibility !== undefined && change.visibility !== repository.visibility) {
      set.visibility = change.visibility;
      const held = await this.quotas.hold(manager, repository.namespaceId);
      const move = { actor, repositoryId: repository.id, target: classOf(change.visibility) };
      await this.quotas.requireRoomToMove(manager, held, move);
      await this.record(manager, repository, {
        action: change.visibility === 'public' ? 'publicized' : 'privatized',
        actor,
      });
      const details = { from: repository.visibility, to: change.visibility };
      await this.note(manager, repository, { action: 'repository.visibility', actor, details });
    }
    if (change.name !== undefined && change.name !== repository.name) {
      await keepFormerName(manager, repository, change.name);
      Object.assign(set, { name: change.name, nameFolded: foldName(change.name) });
      await this.record(manager, repository, { action: 'renamed', actor, previousName: repository.name });
      const details = { from: repository.name, to: change.name };
      await this.note(manager, repository, { action: 'repository.rename', actor, details });
    }
    if (change.defaultBranch !== undefined) set.defaultBranch = change.defaultBranch;
    if (change.defaultBranch !== undefined && change.defaultBranch !== repository.defaultBranch) {
      const details = { from: repository.defaultBranch, to: change.defaultBranch };
      await this.note(manager, repository, { action: 'repository.default_branch', actor, details });
    }
    await manager.update(Repository, { id: repository.id }, set);
    if (change.defaultBranch !== undefined) {
      await setHead(this.git, this.storage.pathOf(repository.id), `refs/heads/${change.defaultBranch}`);
    }
    return Object.assign(repository, set);
  }

  /** HEAD at a branch that is not there breaks libgit2 and dulwich: only a repository without branches may wait for one. */
  private async checkDefaultBranch(repository: Repository, branch: string): Promise<void> {
    checkBranchName(branch);
    if (repository.isEmpty) return;
    const ref = `refs/heads/${branch}`;
    const refs = await listRefs(this.git, this.storage.pathOf(repository.id), { patterns: [ref], limit: 1 });
    if (refs[0]?.name === ref) return;
    throw invalidField('default_branch', `There is no branch "${branch}". Push it first.`, 'invalid');
  }

  private record(
    manager: EntityManager,
    repository: Repository,
    what: { action: RepositoryEvent['action']; actor: Actor; previousName?: string },
  ): Promise<unknown> {
    return this.events.record(manager, {
      kind: 'repository',
      repositoryId: repository.id,
      action: what.action,
      actorUserId: userIdOf(what.actor),
      ...(what.previousName === undefined ? {} : { previousName: what.previousName }),
    });
  }

  private note(
    manager: EntityManager,
    repository: Repository,
    what: Pick<NewAuditEntry, 'action' | 'details'> & { actor: Actor | null },
  ): Promise<void> {
    const actor = what.actor?.kind === 'user' ? what.actor : null;
    const target = `${repository.namespace.name}/${repository.name}`;
    return this.audit.record(manager, { ...what, actor, target, repositoryId: repository.id });
  }

  /** Out of sight at once, its name free again; its content stays until the purge. */
  async delete(actor: Actor, repository: Repository): Promise<void> {
    await this.recorded(async (manager) => {
      await manager.update(Repository, { id: repository.id }, { deletedAt: this.clock.now() });
      await this.record(manager, repository, { action: 'deleted', actor });
      await this.note(manager, repository, { action: 'repository.delete', actor });
    });
  }

  /**
   * Its bytes were counted all the time; its place was free.
   * @throws DomainError `conflict` when another repository took its name meanwhile, `quota_exceeded`.
   */
  async restore(actor: Actor, repository: Repository): Promise<void> {
    try {
      await this.recorded(async (manager) => {
        await this.quotas.requireRoom(manager, await this.quotas.hold(manager, repository.namespaceId), {
          actor,
          storageClass: await this.quotas.classOfRepository(manager, repository.id),
          growth: { repositories: 1 },
          subject: `${repository.namespace.name}/${repository.name}`,
        });
        await manager.update(Repository, { id: repository.id }, { deletedAt: null });
        await this.record(manager, repository, { action: 'restored', actor });
        await this.note(manager, repository, { action: 'repository.restore', actor });
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new DomainError(
        'conflict',
        `Another repository is called ${repository.namespace.name}/${repository.name} now.`,
        {
          hint: 'Rename that one first, then restore.',
        },
      );
    }
  }
}
