import { Injectable } from '@nestjs/common';
import { DataSource, type SelectQueryBuilder } from 'typeorm';
import { userIdOf, type Actor } from '../identity/actor';
import { foldName } from '../identity/name.policy';
import { listed, type Listed, type ListRange } from '../database/listed';
import { fullName } from './repository-access.service';
import { parseRepositorySearch, type Measured, type OneOf, type RepositorySearch } from './repository-search';
import { Repository } from './repository.entity';
import { belongsTo, ownedBy, readableParts, whereReadable } from './repository-rights';

const NAME = 'r.name_folded';
const DESCRIPTION = `lower(COALESCE(r.description, ''))`;

/** A condition: the namespace is one of those that `condition` holds for, whose columns are `s`. */
const inNamespaces = (condition: string) =>
  `r.namespace_id = ANY(ARRAY(SELECT s.id FROM namespaces s WHERE ${condition}))`;

const MEASURES: Record<Measured['by'], { column: string; value(bound: number): unknown }> = {
  size: { column: '(r.git_size_bytes + 1023) / 1024', value: (kibibytes) => kibibytes },
  created: { column: 'r.created_at', value: (ms) => new Date(ms) },
  pushed: { column: 'r.pushed_at', value: (ms) => new Date(ms) },
};

function narrow(query: SelectQueryBuilder<Repository>, search: RepositorySearch, actor: Actor): void {
  let count = 0;
  const parameter = (value: unknown) => {
    const name = `search${count++}`;
    query.setParameter(name, value);
    return `:${name}`;
  };
  const like = (column: string, before: string, word: string, after: string) =>
    `${column} LIKE ${parameter(`${before}${word.replace(/[\\%_]/g, '\\$&')}${after}`)}`;
  const contains = (column: string, word: string) => like(column, '%', word, '%');
  /** Where nobody says where to look a name is found by its owner's, too: both with a slash between them. */
  const fullNameContains = (word: string) => {
    const [owner = '', name, ...more] = word.split('/');
    if (name === undefined) return `(${contains(NAME, word)} OR ${inNamespaces(contains('s.name_folded', word))})`;
    if (more.length > 0) return 'FALSE';
    return `(${inNamespaces(like('s.name_folded', '%', owner, ''))} AND ${like(NAME, '', name, '%')})`;
  };
  const places = {
    name: (word: string) => contains(NAME, word),
    description: (word: string) => contains(DESCRIPTION, word),
  };
  const searched =
    search.places.length > 0 ? search.places.map((place) => places[place]) : [fullNameContains, places.description];
  const holds = (word: string) => `(${searched.map((condition) => condition(word)).join(' OR ')})`;
  const isOneOf = (fullNames: string[]) =>
    fullNames
      .map((text) => text.split('/'))
      .map(
        ([owner, name]) => `(${NAME} = ${parameter(name)} AND ${inNamespaces(`s.name_folded = ${parameter(owner)}`)})`,
      )
      .join(' OR ');
  const oneOf = (column: string, { among, except }: OneOf<string>) => {
    if (among.length > 0) query.andWhere(`${column} = ANY(${parameter(among)})`);
    if (except.length > 0) query.andWhere(`NOT ${column} = ANY(${parameter(except)})`);
  };
  const me = actor.kind === 'user' ? foldName(actor.name) : '';
  const named = (owners: string[]) => owners.map((owner) => (owner === '@me' ? me : owner));
  for (const word of search.words) query.andWhere(holds(word));
  for (const word of search.excludedWords) query.andWhere(`NOT ${holds(word)}`);
  const ofOwners = (owners: string[]) => inNamespaces(`s.name_folded = ANY(${parameter(named(owners))})`);
  if (search.owners.among.length > 0) query.andWhere(ofOwners(search.owners.among));
  if (search.owners.except.length > 0) query.andWhere(`NOT ${ofOwners(search.owners.except)}`);
  if (search.repositories.among.length > 0) query.andWhere(`(${isOneOf(search.repositories.among)})`);
  if (search.repositories.except.length > 0) query.andWhere(`NOT (${isOneOf(search.repositories.except)})`);
  oneOf('r.visibility', search.visibilities);
  for (const { by, from, below, excludes } of search.ranges) {
    const bounds = [
      ...(from > -Infinity ? [`${MEASURES[by].column} >= ${parameter(MEASURES[by].value(from))}`] : []),
      ...(below < Infinity ? [`${MEASURES[by].column} < ${parameter(MEASURES[by].value(below))}`] : []),
    ];
    // What was never pushed was pushed at no time.
    if (bounds.length > 0) query.andWhere(`COALESCE(${bounds.join(' AND ')}, FALSE) = ${excludes ? 'FALSE' : 'TRUE'}`);
  }
  if (search.isImpossible) query.andWhere('FALSE');
}

const THEIRS = belongsTo({ repositoryId: 'r.id', userId: ':userId' });

/** Lists of repositories, each narrowed to what its viewer may read. */
@Injectable()
export class RepositoryListsService {
  constructor(private readonly database: DataSource) {}

  private query(): SelectQueryBuilder<Repository> {
    return this.database
      .createQueryBuilder(Repository, 'r')
      .innerJoinAndSelect('r.namespace', 'n')
      .leftJoinAndSelect('n.owner', 'o')
      .orderBy('COALESCE(r.pushed_at, r.created_at)', 'DESC')
      .addOrderBy('r.id', 'DESC');
  }

  private readable(actor: Actor): SelectQueryBuilder<Repository> {
    return whereReadable(this.query(), actor);
  }

  /** @param search as {@link parseRepositorySearch} reads it. */
  async explore(
    actor: Actor,
    search: string,
    page: ListRange & { sort?: string; order?: string },
  ): Promise<{ repositories: Repository[]; total: number }> {
    const wanted = parseRepositorySearch(search, page);
    const query = this.readable(actor);
    narrow(query, wanted, actor);
    // What else GitHub sorts by is the same for every repository here.
    if (wanted.sort) {
      const direction = wanted.sort.isAscending ? 'ASC' : 'DESC';
      if (wanted.sort.by === 'updated') query.orderBy('r.updated_at', direction);
      query.addOrderBy('r.id', direction);
    }
    const [repositories, total] = await Promise.all([
      query.limit(page.limit).offset(page.offset).getMany(),
      this.total(actor, (part) => narrow(part, wanted, actor)),
    ]);
    return { repositories, total };
  }

  /** How many repositories the actor may read of those that `narrowed` leaves of a query (alias r). */
  private async total(actor: Actor, narrowed: (query: SelectQueryBuilder<Repository>) => void): Promise<number> {
    const counts = readableParts(actor).map(async ({ condition, parameters }) => {
      const part = this.database.createQueryBuilder(Repository, 'r').select('count(*)::integer', 'count');
      narrowed(part.where('r.deleted_at IS NULL').andWhere(condition, parameters));
      return (await part.getRawOne<{ count: number }>())?.count ?? 0;
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** All that the actor may read, in one moment: of pages, one could show what another has shown. */
  async everything(actor: Actor): Promise<Repository[]> {
    return this.readable(actor).getMany();
  }

  async ofNamespace(actor: Actor, namespaceId: number, page: ListRange): Promise<Repository[]> {
    return this.inNamespace(actor, namespaceId).limit(page.limit).offset(page.offset).getMany();
  }

  async countOfNamespace(actor: Actor, namespaceId: number): Promise<number> {
    return this.total(actor, (part) => part.andWhere('r.namespace_id = :namespaceId', { namespaceId }));
  }

  private inNamespace(actor: Actor, namespaceId: number): SelectQueryBuilder<Repository> {
    return this.readable(actor).andWhere('r.namespace_id = :namespaceId', { namespaceId });
  }

  /** Repositories that the user owns or was invited to. */
  async ofUser(actor: Actor, page: ListRange): Promise<Repository[]> {
    return this.havingUser(actor).limit(page.limit).offset(page.offset).getMany();
  }

  async countOfUser(actor: Actor): Promise<number> {
    return this.total(actor, (part) => part.andWhere(THEIRS, { userId: userIdOf(actor) }));
  }

  private havingUser(actor: Actor): SelectQueryBuilder<Repository> {
    return this.readable(actor).andWhere(THEIRS, { userId: userIdOf(actor) });
  }

  /** What the user deleted and may still bring back. */
  async deletedOf(userId: number, { limit, offset }: ListRange): Promise<Listed<Repository>> {
    return listed(this.deletedBy(userId).limit(limit).offset(offset).getManyAndCount());
  }

  async oneDeletedOf(userId: number, id: number): Promise<Repository | null> {
    return this.deletedBy(userId).andWhere('r.id = :id', { id }).getOne();
  }

  private deletedBy(userId: number): SelectQueryBuilder<Repository> {
    return this.query().andWhere(`r.deleted_at IS NOT NULL AND ${ownedBy({ namespace: 'n', userId: ':userId' })}`, {
      userId,
    });
  }

  /** Public repositories in the user's own namespace. */
  async countPublic(ownerUserId: number): Promise<number> {
    return (await this.countsOf([ownerUserId])).get(ownerUserId)?.public ?? 0;
  }

  /** Repositories in the own namespaces of users, by their ids; deleted ones that can be restored are among all. */
  async countsOf(ownerUserIds: readonly number[]): Promise<Map<number, { public: number; all: number }>> {
    const rows = await this.database.query<{ id: number; all: number; public: number }[]>(
      `SELECT n.owner_user_id AS id, count(*)::int AS all,
              count(*) FILTER (WHERE r.deleted_at IS NULL AND r.visibility = 'public')::int AS public
         FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
        WHERE n.owner_user_id = ANY($1) GROUP BY n.owner_user_id`,
      [ownerUserIds],
    );
    return new Map(rows.map(({ id, ...counts }) => [Number(id), counts]));
  }

  /** What is in the user's own namespace, in all; `people` were invited to what of it is not public. */
  async ownTotals(ownerUserId: number): Promise<{ privateRepositories: number; sizeBytes: number; people: number }> {
    const [row] = await this.database.query<[{ private_repositories: number; size_bytes: number; people: number }]>(
      `SELECT count(*) FILTER (WHERE r.visibility <> 'public')::int AS private_repositories,
              COALESCE(sum(r.git_size_bytes + r.lfs_size_bytes), 0)::float8 AS size_bytes,
              (SELECT count(DISTINCT c.user_id)::int
                 FROM collaborators c JOIN repositories p ON p.id = c.repository_id JOIN namespaces pn ON pn.id = p.namespace_id
                WHERE ${ownedBy({ namespace: 'pn', userId: '$1' })} AND p.deleted_at IS NULL AND p.visibility <> 'public') AS people
         FROM repositories r JOIN namespaces n ON n.id = r.namespace_id
        WHERE ${ownedBy({ namespace: 'n', userId: '$1' })} AND r.deleted_at IS NULL`,
      [ownerUserId],
    );
    return { privateRepositories: row.private_repositories, sizeBytes: row.size_bytes, people: row.people };
  }

  /** `owner/name` by id; ids that are gone are left out. */
  async fullNames(ids: readonly number[]): Promise<Map<number, string>> {
    if (ids.length === 0) return new Map();
    const found = await this.query().andWhere('r.deleted_at IS NULL AND r.id = ANY(:ids)', { ids }).getMany();
    return new Map(found.map((repository) => [repository.id, fullName(repository)]));
  }
}
