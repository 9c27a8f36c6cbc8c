import type { QuotaLimits } from '@granary/api-contract';
import { DomainError } from '@granary/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { namespaceRole, repositoryRole } from '../access';
import { FORGE_OPTIONS } from '../database/tokens';
import { userIdOf, type Actor } from '../identity/actor';
import { principalOf } from '../identity/principal';
import type { Namespace } from '../identity/namespace.entity';
import type { ForgeOptions } from '../options';
import { Ledger, type Amounts } from './ledger';
import { limitOf, MEASURES, type Growth, type Measure, type StorageClass } from './limits';
import { refusalHint, refusalText } from './quota-text';

/** A namespace whose row is locked until the transaction ends: nobody else adds to what it holds. */
export interface HeldNamespace {
  id: number;
  name: string;
  ownerUserId: number | null;
  ownerName: string | null;
  limits: Partial<QuotaLimits>;
}

/** What asks for room, for the text of a refusal. */
export interface RoomRequest {
  actor: Actor;
  storageClass: StorageClass;
  growth: Growth;
  /** Begins a sentence: "This push". */
  subject: string;
}

const NAMED_REPOSITORIES = 4;
/** Looked through for names that the reader may read. */
const LOOKED_AT = 50;

/** A namespace against its limits. An LFS object counts in each repository that links it. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly database: DataSource,
    private readonly ledger: Ledger,
    @Inject(FORGE_OPTIONS) private readonly options: Pick<ForgeOptions, 'defaultLimits'>,
  ) {}

  limitOf(own: Partial<QuotaLimits>, measure: Measure, storageClass: StorageClass) {
    return limitOf({ own, defaults: this.options.defaultLimits }, measure, storageClass);
  }

  /** Without a limit there is nothing to wait for. */
  isLimited(namespace: Pick<Namespace, 'limits'>, measure: Measure): boolean {
    return (['public', 'private'] as const).some(
      (each) => this.limitOf(namespace.limits, measure, each).limit !== null,
    );
  }

  /** Locks the namespace, so that two who ask for room at the edge of a limit see each other. Before any other lock. */
  hold(manager: EntityManager, namespaceId: number): Promise<HeldNamespace> {
    return this.read(manager, namespaceId, 'FOR NO KEY UPDATE');
  }

  private async read(manager: EntityManager, namespaceId: number, lock: string): Promise<HeldNamespace> {
    const [row] = await manager.query<
      { name: string; limits: Partial<QuotaLimits>; owner_user_id: number | null; owner_name: string | null }[]
    >(
      `SELECT n.name, n.limits, n.owner_user_id, (SELECT u.name FROM users u WHERE u.id = n.owner_user_id) AS owner_name
         FROM namespaces n WHERE n.id = $1 ${lock}`,
      [namespaceId],
    );
    if (!row) throw new DomainError('not_found', 'The namespace is gone.');
    const { name, limits, owner_user_id: ownerUserId, owner_name: ownerName } = row;
    return { id: namespaceId, name, limits, ownerUserId, ownerName };
  }

  /** As it is now: what was read before the lock may have changed. */
  classOfRepository(manager: EntityManager, repositoryId: number): Promise<StorageClass> {
    return this.ledger.classOf(manager, repositoryId);
  }

  /**
   * Room for what is about to be added. Only what grows is judged: who is over a limit that was lowered may still do
   * all that takes no more.
   * @throws DomainError `quota_exceeded`, which tells who uses how much and whom to ask.
   */
  async requireRoom(manager: EntityManager, held: HeldNamespace, request: RoomRequest): Promise<void> {
    const { growth, storageClass } = request;
    const limited = MEASURES.flatMap((measure) => {
      const { limit } = this.limitOf(held.limits, measure, storageClass);
      const needed = growth[measure] ?? 0;
      return limit === null || needed <= 0 ? [] : [{ measure, limit, needed }];
    });
    if (limited.length === 0) return;
    const usage = (await this.ledger.usage(manager, held.id))[storageClass];
    for (const { measure, limit, needed } of limited) {
      const amounts = usage[measure];
      if (amounts.used + amounts.reserved + needed <= limit) continue;
      throw await this.refusal(manager, held, { ...request, measure, limit, needed, amounts });
    }
  }

  /** A look ahead, which locks and reserves nothing. @throws DomainError `quota_exceeded` */
  async expectRoom(
    repository: { id: number; namespaceId: number },
    request: Omit<RoomRequest, 'storageClass'>,
  ): Promise<void> {
    const { manager } = this.database;
    const storageClass = await this.classOfRepository(manager, repository.id);
    await this.requireRoom(manager, await this.read(manager, repository.namespaceId, ''), { ...request, storageClass });
  }

  private async refusal(
    manager: EntityManager,
    held: HeldNamespace,
    facts: RoomRequest & { measure: Measure; limit: number; needed: number; amounts: Amounts },
  ): Promise<DomainError> {
    const { actor, measure, storageClass, limit, needed, amounts } = facts;
    const largest = await this.readableNames(manager, held, { actor, measure, storageClass });
    const isOwner = namespaceRole(principalOf(actor), held) === 'owner';
    const owners = held.ownerName === null ? [] : [held.ownerName];
    return new DomainError('quota_exceeded', refusalText({ ...facts, namespace: held.name, largest }), {
      hint: refusalHint(held.name, isOwner ? null : owners),
      details: { measure, class: storageClass, limit, used: amounts.used, reserved: amounts.reserved, needed },
    });
  }

  /** The largest repositories, as far as the actor may know that they are there. */
  private async readableNames(
    manager: EntityManager,
    held: HeldNamespace,
    { actor, measure, storageClass }: { actor: Actor; measure: Measure; storageClass: StorageClass },
  ): Promise<{ fullName: string; bytes: number }[]> {
    if (measure === 'repositories') return [];
    const entries = await this.ledger.largest(manager, held.id, {
      by: measure,
      storageClass,
      limit: LOOKED_AT,
      userId: userIdOf(actor),
    });
    const isReadable = (entry: (typeof entries)[number]) =>
      repositoryRole(actor, {
        repositoryId: entry.id,
        visibility: entry.visibility,
        namespace: held,
        collaboratorRole: entry.collaboratorRole,
      }) !== null;
    return entries
      .filter(isReadable)
      .slice(0, NAMED_REPOSITORIES)
      .map(({ name, gitBytes, lfsBytes }) => ({
        fullName: `${held.name}/${name}`,
        bytes: measure === 'git' ? gitBytes : lfsBytes,
      }));
  }

  /**
   * Room in `target` for a repository that comes from the other class with all that it holds, what is under way to it
   * included; nothing where the class stays.
   * @throws DomainError `quota_exceeded`
   */
  async requireRoomToMove(
    manager: EntityManager,
    held: HeldNamespace,
    move: { actor: Actor; repositoryId: number; target: StorageClass },
  ): Promise<void> {
    if ((await this.classOfRepository(manager, move.repositoryId)) === move.target) return;
    const [entry] = await this.ledger.largest(manager, held.id, {
      by: 'both',
      limit: 1,
      repositoryId: move.repositoryId,
      userId: null,
    });
    if (!entry) return;
    await this.requireRoom(manager, held, {
      actor: move.actor,
      storageClass: move.target,
      growth: {
        repositories: 1,
        git: entry.gitBytes + entry.reservedGitBytes,
        lfs: entry.lfsBytes + entry.reservedLfsBytes,
      },
      subject: `To be ${move.target}, ${held.name}/${entry.name}`,
    });
  }

  /** `work` in a transaction in which nobody else adds to what the namespace holds. */
  whileHeld<T>(namespaceId: number, work: (manager: EntityManager, held: HeldNamespace) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => work(manager, await this.hold(manager, namespaceId)));
  }
}
