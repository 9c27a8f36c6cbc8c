import type { RepositoryRole, TokenScope, Visibility } from '@granary/api-contract';
import { repositoryRole } from '../access';
import { ANONYMOUS, type Actor, type UserActor } from '../identity';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { CollaboratorsService } from './collaborators.service';
import { RepositoriesService } from './repositories.service';
import { RepositoryAccessService } from './repository-access.service';
import { RepositoryListsService } from './repository-lists.service';
import type { Repository } from './repository.entity';

let forge: ForgeFixture;
const repositories: Repository[] = [];
let owner: UserActor;
let member: UserActor;
let stranger: UserActor;
let root: UserActor;

beforeAll(async () => {
  forge = await openForge();
  owner = await forge.user('owner');
  member = await forge.user('member');
  stranger = await forge.user('stranger');
  root = await forge.user('root-user', { isAdmin: true });
  for (const visibility of ['public', 'internal', 'private'] as Visibility[]) {
    for (const role of [null, 'read', 'admin'] as (RepositoryRole | null)[]) {
      const input = { namespace: 'owner', name: `${visibility}-${role}`, visibility };
      const repository = await forge.get(RepositoriesService).create(owner, input);
      if (role) await forge.get(CollaboratorsService).set(repository, 'member', role);
      repositories.push(repository);
    }
  }
}, 60_000);

afterAll(() => forge.close());

function variants(actor: UserActor): Actor[] {
  const scopes: (TokenScope[] | null)[] = [null, ['repo:read'], ['repo:admin'], ['keys']];
  const limits = [null, new Set([repositories[2]?.id ?? 0, repositories[6]?.id ?? 0])];
  return scopes.flatMap((scope) =>
    limits.map((repositoryIds) => ({ ...actor, scopes: scope && new Set(scope), repositoryIds })),
  );
}

it('lists exactly what the policy lets each actor read', async () => {
  const actors: Actor[] = [ANONYMOUS, ...[owner, member, stranger, root].flatMap(variants)];
  for (const actor of actors) {
    const { repositories: listed } = await forge
      .get(RepositoryListsService)
      .explore(actor, '', { limit: 100, offset: 0 });
    const readable: number[] = [];
    for (const repository of repositories) {
      const opened = await forge.get(RepositoryAccessService).byId(actor, repository.id);
      expect(opened?.role).toBe(opened ? repositoryRole(actor, opened.facts) : undefined);
      if (opened) readable.push(repository.id);
    }
    expect(listed.map(({ id }) => id).sort()).toEqual(readable.sort());
  }
});

it('finds by words in name and description, taking % and _ as they are', async () => {
  const search = async (words: string) =>
    (await forge.get(RepositoryListsService).explore(owner, words, { limit: 100, offset: 0 })).total;
  expect(await search('PRIVATE-')).toBe(3);
  expect(await search('%')).toBe(0);
  expect(await search('_')).toBe(0);
});

it('leaves deleted repositories out of every list but that of what may be brought back', async () => {
  const [lists, service] = [forge.get(RepositoryListsService), forge.get(RepositoriesService)];
  const input = { namespace: 'stranger', name: 'short-lived', visibility: 'public' as const };
  const made = await service.create(stranger, input);
  const page = { limit: 100, offset: 0 };
  const everywhere = async () => {
    const found = [
      (await lists.explore(ANONYMOUS, 'short-lived', page)).repositories,
      (await lists.explore(root, '', page)).repositories,
      await lists.ofNamespace(stranger, made.namespaceId, page),
      await lists.ofUser(stranger, page),
    ];
    const names = await lists.fullNames([made.id]);
    return [...found.map((list) => list.some(({ id }) => id === made.id)), names.has(made.id)];
  };
  const deleted = async () => (await lists.deletedOf(stranger.userId, page)).rows.map(({ id }) => id);
  expect(await everywhere()).toEqual([true, true, true, true, true]);
  expect([await lists.countPublic(stranger.userId), await deleted()]).toEqual([1, []]);
  await service.delete(stranger, made);
  expect(await everywhere()).toEqual([false, false, false, false, false]);
  expect((await lists.explore(root, 'short-lived', page)).total).toBe(0);
  expect([await lists.countPublic(stranger.userId), await deleted()]).toEqual([0, [made.id]]);
  expect(await lists.deletedOf(owner.userId, page)).toEqual({ rows: [], total: 0 });
});

it('finds by the qualifiers of GitHub, and never what its asker may not read', async () => {
  const lists = forge.get(RepositoryListsService);
  const input = { namespace: 'stranger', visibility: 'private' as const };
  const service = forge.get(RepositoriesService);
  await service.create(stranger, { ...input, name: 'findme', description: 'An Orchard of Apples' });
  await service.create(stranger, { ...input, name: 'findme-too', visibility: 'public' });
  const search = async (words: string, actor: Actor = stranger, more = {}) =>
    (await lists.explore(actor, words, { limit: 100, offset: 0, ...more })).repositories.map(({ name }) => name);
  const both = ['findme-too', 'findme'];
  expect(await search('user:Stranger findme')).toEqual(both);
  expect(await search('findme user:@me')).toEqual(both);
  expect(await search('org:stranger user:nobody findme')).toEqual(both);
  expect(await search('findme user:nobody')).toEqual([]);
  expect(await search('findme -user:stranger')).toEqual([]);
  expect(await search('findme is:private')).toEqual(['findme']);
  expect(await search('findme visibility:public')).toEqual(['findme-too']);
  expect(await search('findme is:public is:private')).toEqual(both);
  expect(await search('findme repo:stranger/findme')).toEqual(['findme']);
  expect(await search('stranger in:name')).toEqual([]);
  expect(await search('apples orchard')).toEqual(['findme']);
  expect(await search('"orchard of" in:description')).toEqual(['findme']);
  expect(await search('"apples orchard"')).toEqual([]);
  expect(await search('findme NOT too')).toEqual(['findme']);
  expect(await search('findme archived:false fork:true stars:0 colour:red')).toEqual(both);
  expect(await search('findme created:>2000-01-01 size:<999999')).toEqual(both);
  for (const none of ['stars:>3', 'language:go', 'created:<2000-01-01', 'size:>999999', 'pushed:>2000-01-01']) {
    expect([none, await search(`findme ${none}`), await search(`findme -${none}`)]).toEqual([none, [], both]);
  }
  expect(await search('findme archived:true')).toEqual([]);
  expect(await search('findme topic:go')).toEqual([]);
  expect(await search('findme', stranger, { sort: 'updated', order: 'asc' })).toEqual([...both].reverse());
  expect(await search('findme sort:updated-asc')).toEqual([...both].reverse());
  for (const words of ['findme', 'is:private', 'repo:stranger/findme', 'NOT nothing', '-is:public', 'user:stranger']) {
    expect(await search(words, ANONYMOUS)).not.toContain('findme');
    expect(await search(words, owner)).not.toContain('findme');
  }
});
