import { commitsBehind, type GitRepository } from '@granary/git-process';
import { timeOrderedId, type Clock } from '@granary/kernel';
import { isZeroOid } from '@granary/wire';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../../database/tokens';
import { MAX_NEW_COMMITS, Subscriptions, type NewCommits } from '../../events';
import { RepositoriesService, type Repository } from '../../repositories';
import type { RefCommand } from '../push.policy';
import { newCommitsOf, type CommitGraph } from './commit-graph';
import { closureOf, firstBringers } from './first-bringers';

/** A push waits for it. Git walks over a million commits in half the time. */
const PATIENCE_MS = 10_000;

/** What a push brings, seen from the tips that were recorded at one moment. */
export interface FirstLook {
  /** The last push event of the repository at that moment. */
  mark: string;
  /** By ref, newest first; null: git failed. */
  brought: ReadonlyMap<string, readonly string[]> | null;
  graph: CommitGraph;
}

interface KnownTips {
  mark: string;
  tips: string[];
}

/**
 * Which commits a push brings that no ref of the repository has reached before, each told by one ref alone.
 *
 * Pushes are recorded one after the other, and this order decides who was first. Git is asked before the turn of a
 * push comes, with the tips of that moment; in its turn, what others have brought meanwhile is taken off.
 */
@Injectable()
export class NewCommitsService {
  private readonly logger = new Logger(NewCommitsService.name);

  constructor(
    private readonly subscriptions: Subscriptions,
    private readonly repositories: RepositoriesService,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Null where nobody listens. Git's failures stop no push. */
  async look(
    manager: EntityManager,
    repository: Pick<Repository, 'id' | 'defaultBranch'>,
    moved: readonly RefCommand[],
  ): Promise<FirstLook | null> {
    if (!(await this.isHeard(manager, repository.id))) return null;
    const [known] = await manager.query<[KnownTips]>(
      `SELECT coalesce((SELECT max(sequence) FROM outbox_events WHERE repository_id = $1 AND kind = 'push'), 0) AS mark,
              coalesce((SELECT array_agg(DISTINCT oid) FROM ref_tips WHERE repository_id = $1), '{}') AS tips`,
      [repository.id],
    );
    return this.lookFrom(known, repository, moved);
  }

  /** In the turn of the push, whose repository's row the caller has locked: what each ref was the first to bring. */
  async settle(
    manager: EntityManager,
    repositoryId: number,
    { mark, brought, graph }: FirstLook,
  ): Promise<(ref: string) => NewCommits> {
    if (!brought) return () => ({ count: 0, ids: [], isPartial: true });
    const rows = await manager.query<{ oid: string }[]>(
      `SELECT jsonb_array_elements_text(payload->'newCommits'->'ids') AS oid FROM outbox_events
        WHERE repository_id = $1 AND kind = 'push' AND sequence > $2`,
      [repositoryId, mark],
    );
    const others = closureOf(
      rows.map(({ oid }) => oid),
      graph,
    );
    return (ref) => {
      const own = (brought.get(ref) ?? []).filter((oid) => !others.has(oid));
      const told = { count: own.length, ids: own.slice(0, MAX_NEW_COMMITS) };
      return graph.isCut ? { ...told, isPartial: true } : told;
    };
  }

  /** For a recorded push that nobody listened to: as if the others of its time had been recorded before it. */
  async inHindsight(
    manager: EntityManager,
    repository: Pick<Repository, 'id' | 'defaultBranch'>,
    pushId: string,
  ): Promise<(ref: string) => NewCommits> {
    const commands = await manager.query<RefCommand[]>(
      'SELECT ref, old_oid AS "oldOid", new_oid AS "newOid" FROM push_commands WHERE push_id = $1',
      [pushId],
    );
    const [known] = await manager.query<[KnownTips]>(
      `SELECT (SELECT max(sequence) FROM outbox_events WHERE repository_id = $1 AND kind = 'push') AS mark,
              coalesce((SELECT array_agg(DISTINCT t.oid) FROM ref_tips t WHERE t.repository_id = $1
                 AND NOT EXISTS (SELECT 1 FROM push_commands c WHERE c.push_id = $2 AND c.ref = t.ref)), '{}') AS tips`,
      [repository.id, pushId],
    );
    const old = commands.map(({ oldOid }) => oldOid).filter((oid) => !isZeroOid(oid));
    const look = await this.lookFrom({ ...known, tips: [...known.tips, ...old] }, repository, commands);
    return this.settle(manager, repository.id, look);
  }

  private async isHeard(manager: EntityManager, repositoryId: number): Promise<boolean> {
    const createdAt = this.clock.now();
    const event = { id: timeOrderedId(createdAt), kind: 'push' as const, repositoryId, createdAt, hookId: null };
    return (await this.subscriptions.jobsOf(manager, [event])).size > 0;
  }

  private async lookFrom(
    { mark, tips }: KnownTips,
    repository: Pick<Repository, 'id' | 'defaultBranch'>,
    moved: readonly RefCommand[],
  ): Promise<FirstLook> {
    const seen = new Set(tips);
    const news = moved.filter(({ newOid }) => !isZeroOid(newOid) && !seen.has(newOid));
    const git = this.repositories.open(repository, AbortSignal.timeout(PATIENCE_MS));
    try {
      const graph = await this.graphOf({ news, tips }, git);
      const tagged = news.filter(({ newOid }) => graph.parents.size > 0 && !graph.parents.has(newOid));
      const oids = [...new Set(tagged.map(({ newOid }) => newOid))];
      const behind = await commitsBehind(git, oids);
      const bringers = news
        .toSorted((a, b) => rankOf(a.ref, repository.defaultBranch) - rankOf(b.ref, repository.defaultBranch))
        .map(({ ref, newOid }) => ({ ref, commit: behind.get(newOid) ?? newOid }));
      return { mark, brought: firstBringers(bringers, graph), graph };
    } catch (error) {
      this.logger.warn(`nobody knows which commits of a push to repository ${repository.id} are new: ${String(error)}`);
      return { mark, brought: null, graph: NOTHING };
    }
  }

  private async graphOf(
    { news, tips }: { news: readonly RefCommand[]; tips: readonly string[] },
    git: GitRepository,
  ): Promise<CommitGraph> {
    if (news.length === 0) return NOTHING;
    return newCommitsOf(git, { tips: news.map(({ newOid }) => newOid), known: tips });
  }
}

const NOTHING: CommitGraph = { parents: new Map(), isCut: false };

/** Who is the first of one push: the default branch, then branches, then tags, then the rest. */
function rankOf(ref: string, defaultBranch: string): number {
  if (ref === `refs/heads/${defaultBranch}`) return 0;
  if (ref.startsWith('refs/heads/')) return 1;
  return ref.startsWith('refs/tags/') ? 2 : 3;
}
