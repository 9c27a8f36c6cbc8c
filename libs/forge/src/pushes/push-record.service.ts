import { join } from 'node:path';
import { isAncestor, readHead, readObjectFormat, setHead, syncMovedRefs, type GitHome } from '@granary/git-process';
import { DomainError, timeOrderedId, type Clock } from '@granary/kernel';
import { isZeroOid, OID_LENGTH } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { CLOCK, GIT_HOME } from '../database/tokens';
import { EventsService, OutboxRelay, type HubEvent, type NewCommits } from '../events';
import { ANONYMOUS, type Actor } from '../identity/actor';
import { QuotasService } from '../quotas';
import { MaintenanceStateService } from '../maintenance';
import { RepositoriesService, type Repository } from '../repositories';
import { NewCommitsService, type FirstLook } from './new-commits/new-commits.service';
import { objectBytes } from './object-bytes';
import type { RefCommand } from './push.policy';

export type Transport = 'http' | 'ssh' | 'web' | 'reconciled';

export interface Intent {
  id: string;
  repository: Repository;
  actorUserId: number | null;
  /** Refs whose new commit is known to contain the old one. */
  fastForwards?: ReadonlySet<string>;
}

/** A ref that moved; `forced` says that its new commit does not contain the old one, where somebody looked. */
type MovedRef = RefCommand & { forced?: boolean };

/** Each look costs a process; beyond so many refs nobody reads the flag. */
const MAX_FORCE_CHECKS = 20;

const BRANCH = 'refs/heads/';
const TAG = 'refs/tags/';

/**
 * The facts about pushes: the intent before the refs move, the record with its events after.
 * A ref update and a row cannot share a transaction; the sweep in reconcile.service.ts mends a crash between the two.
 */
@Injectable()
export class PushRecordService {
  constructor(
    private readonly database: DataSource,
    private readonly events: EventsService,
    private readonly relay: OutboxRelay,
    private readonly repositories: RepositoriesService,
    private readonly quotas: QuotasService,
    private readonly maintenance: MaintenanceStateService,
    private readonly newCommits: NewCommitsService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Stores what is about to happen, and reserves its bytes in the namespace.
   * @param push.incomingBytes on disk of what the push adds.
   * @throws DomainError `quota_exceeded`, `conflict` (another first push has chosen the other object format).
   */
  async intend(
    repository: Repository,
    push: {
      actorUserId: number | null;
      transport: Transport;
      commands: readonly RefCommand[];
      incomingBytes?: number;
      fastForwards?: ReadonlySet<string>;
      /** Whose eyes a refusal is for. */
      actor?: Actor;
    },
  ): Promise<Intent> {
    const id = timeOrderedId(this.clock.now());
    const { incomingBytes = 0 } = push;
    if (incomingBytes === 0 || !this.quotas.isLimited(repository.namespace, 'git')) {
      await this.insert(this.database.manager, id, { repository, ...push });
    } else {
      await this.quotas.whileHeld(repository.namespaceId, async (manager, held) => {
        await this.quotas.requireRoom(manager, held, {
          actor: push.actor ?? ANONYMOUS,
          storageClass: await this.quotas.classOfRepository(manager, repository.id),
          growth: { git: incomingBytes },
          subject: 'This push',
        });
        await this.insert(manager, id, { repository, ...push });
      });
    }
    const intent = { id, repository, actorUserId: push.actorUserId, fastForwards: push.fastForwards };
    if (repository.isEmpty) await this.requireFormat(intent, push.commands);
    return intent;
  }

  /** From here on it cannot change any more; another first push may have changed it since this one began. */
  private async requireFormat(intent: Intent, commands: readonly RefCommand[]): Promise<void> {
    const format = await readObjectFormat(this.repositories.storage.pathOf(intent.repository.id));
    if (commands.every(({ newOid }) => newOid.length === OID_LENGTH[format])) return;
    await this.release(intent);
    throw new DomainError('conflict', 'Another first push has just given this repository its object format.', {
      hint: 'Fetch what is there now, or push to another repository.',
    });
  }

  /** The push is over. What it reserved and did not record is free again; whether its refs moved, the sweep finds out. */
  async release(intent: Intent): Promise<void> {
    await this.database.transaction(async (manager) => {
      const repositoryId = intent.repository.id;
      await manager.query('SELECT 1 FROM repositories WHERE id = $1 FOR UPDATE', [repositoryId]);
      const [, released] = await manager.query<[unknown, number]>(
        `UPDATE pushes SET incoming_bytes = 0 WHERE id = $1 AND state = 'intended' AND incoming_bytes > 0`,
        [intent.id],
      );
      if (released === 0) return;
      // Its objects may have come in all the same: then they take up room, though no ref names them.
      const sizeBytes = await this.measure(intent.repository);
      await manager.query('UPDATE repositories SET git_size_bytes = $2 WHERE id = $1', [repositoryId, sizeBytes]);
    });
  }

  async insert(
    manager: EntityManager,
    id: string,
    push: {
      repository: Repository;
      actorUserId: number | null;
      transport: Transport;
      commands: readonly RefCommand[];
      incomingBytes?: number;
    },
  ): Promise<void> {
    // One statement, for a push waits for it: both rows or none.
    await manager.query(
      `WITH push AS (
         INSERT INTO pushes (id, repository_id, actor_user_id, transport, state, created_at, incoming_bytes)
         VALUES ($1, $2, $3, $4, 'intended', $5, $6) RETURNING id
       )
       INSERT INTO push_commands (push_id, ref, old_oid, new_oid)
         SELECT push.id, command.* FROM push, unnest($7::text[], $8::text[], $9::text[]) AS command`,
      [
        id,
        push.repository.id,
        push.actorUserId,
        push.transport,
        this.clock.now(),
        push.incomingBytes ?? 0,
        ...columns(push.commands),
      ],
    );
  }

  /**
   * Writes the push, the new tips and the events of the refs that moved, in one transaction, once.
   * @param moved the commands that git carried out: with one of them refused, the others may still have moved.
   */
  async record(intent: Intent, moved: readonly RefCommand[]): Promise<{ isFirst: boolean }> {
    const isFirst = intent.repository.isEmpty;
    const [, judged, look] = await Promise.all([
      this.sync(intent.repository, moved),
      Promise.all(moved.map((command, at) => (at < MAX_FORCE_CHECKS ? this.judgeForce(intent, command) : command))),
      this.newCommits.look(this.database.manager, intent.repository, moved),
    ]);
    const { isDue } = await this.database.transaction((manager) =>
      this.write(manager, intent, { moved: judged, look }),
    );
    this.relay.nudge();
    // The push is over and well: the sweep asks again for what the queue does not take now.
    if (isDue) void this.maintenance.request(intent.repository.id).catch(() => undefined);
    return { isFirst };
  }

  /**
   * @param after.look of NewCommitsService, at tips that are no newer than those recorded now.
   * @returns whether the repository is due for maintenance now.
   */
  async write(
    manager: EntityManager,
    intent: Intent,
    after: { moved: readonly MovedRef[]; look: FirstLook | null },
  ): Promise<{ isDue: boolean }> {
    const repositoryId = intent.repository.id;
    const [row] = await manager.query<Pick<Repository, 'isEmpty' | 'defaultBranch'>[]>(
      'SELECT is_empty AS "isEmpty", default_branch AS "defaultBranch" FROM repositories WHERE id = $1 FOR UPDATE',
      [repositoryId],
    );
    const [, claimed] = await manager.query<[unknown, number]>(
      `UPDATE pushes SET state = 'recorded', recorded_at = $2 WHERE id = $1 AND state <> 'recorded'`,
      [intent.id, this.clock.now()],
    );
    // The sweep came first: its record has the events already.
    if (claimed === 0) return { isDue: false };
    // With the row locked: of two pushes at once the one that writes last has measured last, so that no bytes are lost.
    const sizeBytes = await this.measure(intent.repository);
    const newOf = after.look && (await this.newCommits.settle(manager, repositoryId, after.look));
    await this.writeTips(manager, repositoryId, after.moved);
    // With the row locked, too: of two first pushes at once, one alone chooses the default branch.
    const head = row && (await this.settleHead({ id: repositoryId, ...row }, after.moved));
    const events = after.moved.flatMap((command) => eventsOf(intent, command, newOf));
    await this.events.recordAll(manager, events);
    await manager.query(
      `UPDATE repositories SET pushed_at = $2, updated_at = $2, git_size_bytes = $3,
         default_branch = CASE WHEN is_empty THEN $4 ELSE default_branch END,
         is_empty = NOT EXISTS (SELECT 1 FROM ref_tips WHERE repository_id = $1 AND ref LIKE 'refs/heads/%')
       WHERE id = $1`,
      [repositoryId, this.clock.now(), sizeBytes, head],
    );
    return { isDue: await this.maintenance.notePush(manager, repositoryId, sizeBytes) };
  }

  /** Takes the refs for what they are, without a push and without events: nobody knows who moved them, or when. */
  async settle(
    manager: EntityManager,
    repositoryId: number,
    after: { moved: readonly RefCommand[]; head: string },
  ): Promise<void> {
    const sizeBytes = await this.measure({ id: repositoryId });
    await this.writeTips(manager, repositoryId, after.moved);
    await manager.query(
      `UPDATE repositories SET git_size_bytes = $2, default_branch = $3,
         is_empty = NOT EXISTS (SELECT 1 FROM ref_tips WHERE repository_id = $1 AND ref LIKE 'refs/heads/%')
       WHERE id = $1`,
      [repositoryId, sizeBytes, after.head],
    );
  }

  private async judgeForce({ repository, fastForwards }: Intent, command: RefCommand): Promise<MovedRef> {
    const isKnown = fastForwards?.has(command.ref) ?? false;
    if (isKnown || isZeroOid(command.oldOid) || isZeroOid(command.newOid)) return { ...command, forced: false };
    const pair = { ancestor: command.oldOid, descendant: command.newOid };
    return { ...command, forced: (await isAncestor(this.repositories.open(repository), pair)) === false };
  }

  private async writeTips(manager: EntityManager, repositoryId: number, moved: readonly RefCommand[]): Promise<void> {
    const gone = moved.filter(({ newOid }) => isZeroOid(newOid)).map(({ ref }) => ref);
    const there = moved.filter(({ newOid }) => !isZeroOid(newOid));
    if (gone.length > 0)
      await manager.query('DELETE FROM ref_tips WHERE repository_id = $1 AND ref = ANY($2)', [repositoryId, gone]);
    if (there.length === 0) return;
    await manager.query(
      `INSERT INTO ref_tips (repository_id, ref, oid) SELECT $1, * FROM unnest($2::text[], $3::text[])
       ON CONFLICT (repository_id, ref) DO UPDATE SET oid = EXCLUDED.oid`,
      [repositoryId, there.map(({ ref }) => ref), there.map(({ newOid }) => newOid)],
    );
  }

  /** An absent HEAD branch breaks libgit2 and dulwich: the first branch pushed becomes HEAD. @returns the default branch. */
  async settleHead(
    repository: Pick<Repository, 'id' | 'isEmpty' | 'defaultBranch'>,
    moved: readonly RefCommand[],
  ): Promise<string> {
    const { defaultBranch } = repository;
    if (!repository.isEmpty) return defaultBranch;
    const path = this.repositories.storage.pathOf(repository.id);
    const pushed = moved
      .filter(({ ref, newOid }) => ref.startsWith(BRANCH) && !isZeroOid(newOid))
      .map(({ ref }) => ref.slice(BRANCH.length));
    const current = (await readHead(this.git, path)).ref?.replace(BRANCH, '') ?? defaultBranch;
    if (pushed.length === 0 || pushed.includes(current)) return current;
    const chosen = ['main', 'master'].find((name) => pushed.includes(name)) ?? pushed[0] ?? current;
    await setHead(this.git, path, BRANCH + chosen);
    return chosen;
  }

  /** Before anything says that these refs moved: what a power cut takes back must not have been told. */
  sync(repository: Pick<Repository, 'id'>, moved: readonly RefCommand[]): Promise<void> {
    const refs = moved.map(({ ref }) => ref);
    return syncMovedRefs(this.repositories.storage.pathOf(repository.id), refs);
  }

  /** Bytes on disk of the repository's objects. */
  measure(repository: Pick<Repository, 'id'>): Promise<number> {
    return objectBytes(join(this.repositories.storage.pathOf(repository.id), 'objects'));
  }
}

function columns(commands: readonly RefCommand[]): [string[], string[], string[]] {
  return [commands.map((c) => c.ref), commands.map((c) => c.oldOid), commands.map((c) => c.newOid)];
}

/** What the outbox tells of one ref that moved. */
function eventsOf(intent: Intent, command: MovedRef, newOf: ((ref: string) => NewCommits) | null): HubEvent[] {
  const base = { repositoryId: intent.repository.id, actorUserId: intent.actorUserId };
  const { ref, oldOid: before, newOid: after, forced } = command;
  const created = isZeroOid(before);
  const deleted = isZeroOid(after);
  const flags = { created, deleted, ...(forced === undefined ? {} : { forced }) };
  const brought = newOf && !deleted ? { newCommits: newOf(ref) } : {};
  const push: HubEvent = { kind: 'push', pushId: intent.id, ...base, ref, before, after, ...flags, ...brought };
  const refType = ref.startsWith(BRANCH) ? 'branch' : ref.startsWith(TAG) ? 'tag' : null;
  if (!refType || (!created && !deleted)) return [push];
  return [push, { kind: created ? 'create' : 'delete', ...base, refType, ref }];
}
