import type { LfsKeepers, LfsNaming, LfsStoredObject } from '@granary/api-contract';
import {
  blobCommits,
  isAncestor,
  newObject,
  presentObjects,
  readObjectFormat,
  refsContaining,
  smallBlobs,
  type BlobCommit,
  type GitHome,
} from '@granary/git-process';
import { DomainError, type Clock } from '@granary/kernel';
import { formatPointer } from '@granary/wire';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { mayAdministerSite } from '../../access';
import { CLOCK, FORGE_OPTIONS, GIT_HOME } from '../../database/tokens';
import type { Actor } from '../../identity/actor';
import type { ForgeOptions } from '../../options';
import { fullName, RepositoriesService, Repository, whereReadable, type OpenRepository } from '../../repositories';
import { NAMING_BLOB_LIMIT_BYTES, namedOids } from './named-oids';
import { ReachableTipsService, type Tips } from './reachable-tips.service';
import { LfsStoredObjectsService } from './stored-objects.service';

const MAX_LISTED = 10;
const MAX_PUSHES = 50;
/** Beyond it an answer is given up. */
const MAX_SEARCH_MS = 600_000;
const DAY_MS = 86_400_000;

interface Search {
  repository: Repository;
  repositoryPath: string;
  tips: Tips;
  signal: AbortSignal;
}

/** Who keeps an object: everything that a collection would count. */
@Injectable()
export class LfsKeepersService {
  constructor(
    private readonly database: DataSource,
    private readonly stored: LfsStoredObjectsService,
    private readonly reachable: ReachableTipsService,
    private readonly repositories: RepositoriesService,
    @Inject(GIT_HOME) private readonly git: GitHome,
    @Inject(FORGE_OPTIONS) private readonly options: ForgeOptions,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * @throws DomainError `not_found` when the repository has no such object, neither linked nor in its trash: whether the
   *   hub has it is not told. `unavailable` when the search takes longer than `maxMs`.
   */
  async of(
    actor: Actor,
    { repository }: OpenRepository,
    oid: string,
    { signal, maxMs = MAX_SEARCH_MS }: { signal?: AbortSignal; maxMs?: number } = {},
  ): Promise<LfsKeepers> {
    const object = await this.stored.get(repository.id, oid);
    const timeout = AbortSignal.timeout(maxMs);
    try {
      const ending = AbortSignal.any([timeout, ...(signal ? [signal] : [])]);
      return await this.describe(actor, { repository, object, signal: ending });
    } catch (error) {
      if (!timeout.aborted || signal?.aborted) throw error;
      throw new DomainError('unavailable', 'The history of this repository is too long to be searched at once.', {
        hint: 'On the machine of the hub: granary lfs keeps OID --repository NAMESPACE/NAME',
        cause: error,
      });
    }
  }

  private async describe(
    actor: Actor,
    { repository, object, signal }: { repository: Repository; object: LfsStoredObject; signal: AbortSignal },
  ): Promise<LfsKeepers> {
    const now = this.clock.now();
    const tips = await this.reachable.tips(repository, { now, signal });
    const repositoryPath = this.repositories.storage.pathOf(repository.id);
    const search = { repository, repositoryPath, tips, signal };
    const reached = await this.commits(search, object, { tips: tips.refs, except: [] });
    const left = await this.commits(search, object, { tips: tips.pushed, except: tips.refs });
    const paths = new Set([...reached, ...left].map(({ path }) => path));
    return {
      ...object,
      refs: await this.refs(search, reached),
      pushes: await this.pushes(search, left, now),
      locks: await this.locks(repository, { oid: object.oid, paths, signal }),
      upload: await this.isAwaited(repository.id, object.oid),
      grace_until: await this.graceUntil(repository.id, object.oid, now),
      ...(await this.others(actor, repository.id, object.oid)),
    };
  }

  private async commits(
    search: Search,
    object: LfsStoredObject,
    walk: { tips: string[]; except: string[] },
  ): Promise<BlobCommit[]> {
    const found: BlobCommit[] = [];
    for (const blob of await this.pointerBlobs(search, object, walk)) {
      const { repositoryPath, signal } = search;
      found.push(...(await blobCommits(this.git, { ...walk, repositoryPath, signal, blob, limit: MAX_LISTED })));
    }
    return found.slice(0, MAX_LISTED).map(({ commit, path }) => ({ commit, path: utf8(path) }));
  }

  /** The pointer as git-lfs writes it, if git has it; otherwise whatever blob names the object. */
  private async pointerBlobs(
    { repositoryPath, signal }: Search,
    { oid, size_bytes: sizeBytes }: LfsStoredObject,
    walk: { tips: string[]; except: string[] },
  ): Promise<string[]> {
    const pointer = newObject(await readObjectFormat(repositoryPath), 'blob', formatPointer({ oid, sizeBytes }));
    const usual = await presentObjects(this.git, repositoryPath, { oids: [pointer.oid], signal });
    if (usual.length > 0) return usual;
    const blobs: string[] = [];
    const options = { repositoryPath, signal, limitBytes: NAMING_BLOB_LIMIT_BYTES, mayMiss: true };
    for await (const blob of smallBlobs(this.git, { ...options, ...walk })) {
      if (namedOids(blob.content).includes(oid)) blobs.push(blob.oid);
      if (blobs.length === MAX_LISTED) break;
    }
    return blobs;
  }

  private async refs({ repositoryPath, signal }: Search, commits: BlobCommit[]): Promise<LfsKeepers['refs']> {
    const refs = new Map<string, LfsKeepers['refs'][number]>();
    for (const { commit, path } of commits) {
      const names = await refsContaining(this.git, repositoryPath, { commit, limit: MAX_LISTED, signal });
      for (const ref of names) if (!refs.has(ref)) refs.set(ref, { ref, commit, path });
      if (refs.size >= MAX_LISTED) break;
    }
    return [...refs.values()].slice(0, MAX_LISTED);
  }

  private async pushes(search: Search, commits: BlobCommit[], now: Date): Promise<LfsNaming[]> {
    const pushes = commits.length === 0 ? [] : await this.reachable.keepingPushes(search.repository, now);
    const left = new Set(search.tips.pushed);
    const found: LfsNaming[] = [];
    for (const { ref, pushedAt, oldOid, newOid } of pushes.slice(0, MAX_PUSHES)) {
      const held = [oldOid, newOid].filter((oid) => left.has(oid));
      const named = await this.firstWithin(search, commits, held);
      if (named) found.push({ ref, ...named, pushed_at: pushedAt.toISOString() });
      if (found.length === MAX_LISTED) break;
    }
    return found;
  }

  private async firstWithin(
    { repositoryPath, signal }: Search,
    commits: BlobCommit[],
    tips: string[],
  ): Promise<BlobCommit | null> {
    const repository = { home: this.git, path: repositoryPath, signal };
    for (const tip of tips) {
      for (const found of commits) {
        if (await isAncestor(repository, { ancestor: found.commit, descendant: tip })) return found;
      }
    }
    return null;
  }

  private async locks(
    repository: Repository,
    { oid, paths, signal }: { oid: string; paths: Set<string>; signal: AbortSignal },
  ): Promise<LfsKeepers['locks']> {
    const files = await this.reachable.lockedFiles(repository, signal);
    for (const { path, content } of files) if (namedOids(content).includes(oid)) paths.add(path);
    const rows = await this.database.query<{ path: string; owner: string }[]>(
      `SELECT l.path, u.name AS owner FROM lfs_locks l JOIN users u ON u.id = l.owner_user_id
        WHERE l.repository_id = $1 AND l.path = ANY($2) ORDER BY l.path LIMIT ${MAX_LISTED}`,
      [repository.id, [...paths]],
    );
    return rows.map(({ path, owner }) => ({ path, owner }));
  }

  /** The ids of all repositories that link the object, or have it in their trash. */
  async repositoriesWith(oid: string): Promise<number[]> {
    const rows = await this.database.query<{ id: number }[]>(
      `SELECT repository_id AS id FROM lfs_links WHERE oid = $1
       UNION SELECT repository_id FROM lfs_trash WHERE oid = $1 ORDER BY id`,
      [oid],
    );
    return rows.map(({ id }) => id);
  }

  private async isAwaited(repositoryId: number, oid: string): Promise<boolean> {
    const rows = await this.database.query<unknown[]>(
      'SELECT 1 FROM lfs_uploads WHERE repository_id = $1 AND oid = $2',
      [repositoryId, oid],
    );
    return rows.length > 0;
  }

  private async graceUntil(repositoryId: number, oid: string, now: Date): Promise<string | null> {
    const [row] = await this.database.query<{ shown_at: Date }[]>(
      'SELECT shown_at FROM lfs_links WHERE repository_id = $1 AND oid = $2',
      [repositoryId, oid],
    );
    const until = row && new Date(row.shown_at.getTime() + this.options.lfs.graceDays * DAY_MS);
    return until && until > now ? until.toISOString() : null;
  }

  /** Names of those alone that the actor may read; a number of all would tell the others that they are there. */
  private async others(
    actor: Actor,
    repositoryId: number,
    oid: string,
  ): Promise<Pick<LfsKeepers, 'other_repositories' | 'other_repository_count'>> {
    const linking = this.database
      .createQueryBuilder(Repository, 'r')
      .innerJoinAndSelect('r.namespace', 'n')
      .innerJoin('lfs_links', 'l', 'l.repository_id = r.id')
      .where('l.oid = :oid AND r.id <> :repositoryId', { oid, repositoryId })
      .orderBy('r.id');
    const count = mayAdministerSite(actor) ? await linking.clone().getCount() : null;
    const readable = await whereReadable(linking, actor).limit(MAX_LISTED).getMany();
    return { other_repositories: readable.map(fullName), other_repository_count: count };
  }
}

const utf8 = (path: string) => Buffer.from(path, 'latin1').toString('utf8');
