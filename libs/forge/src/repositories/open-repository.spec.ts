import type { DomainError } from '@granary/kernel';
import { ANONYMOUS, type Actor } from '../identity';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { CollaboratorsService } from './collaborators.service';
import { RepositoriesService } from './repositories.service';
import { RepositoryAccessService } from './repository-access.service';
import { Repository } from './repository.entity';

let forge: ForgeFixture;

beforeAll(async () => (forge = await openForge()), 60_000);
afterAll(() => forge.close());

it('opens a repository with the very fields that TypeORM reads, by its path, a former path and its id', async () => {
  const owner = await forge.user('Owner');
  const [repositories, access] = [forge.get(RepositoriesService), forge.get(RepositoryAccessService)];
  const made = await repositories.create(owner, {
    namespace: 'owner',
    name: 'First',
    description: 'ö',
    visibility: 'internal',
  });
  await forge.database.query(
    'UPDATE repositories SET git_size_bytes = 9007199254740991, pushed_at = now() WHERE id = $1',
    [made.id],
  );
  await repositories.update(owner, made, { name: 'Second' });
  const expected = await forge.database
    .createQueryBuilder(Repository, 'r')
    .innerJoinAndSelect('r.namespace', 'n')
    .leftJoinAndSelect('n.owner', 'o')
    .where({ id: made.id })
    .getOneOrFail();

  const opened = await access.open(owner, { namespace: 'oWNER', name: 'sECOND' }, 'admin');
  expect(opened).toMatchObject({ moved: false, role: 'admin' });
  expect(opened.repository).toEqual(expected);
  expect(opened.repository).toBeInstanceOf(Repository);
  expect(opened.repository.gitSizeBytes).toBe(Number.MAX_SAFE_INTEGER);
  expect(opened.repository.namespace.owner).not.toHaveProperty('passwordHash');
  expect(await access.find(owner, { namespace: 'owner', name: 'first' })).toEqual({ ...opened, moved: true });
  expect(await access.byId(owner, made.id)).toEqual(opened);

  const member = await forge.user('member');
  expect(await access.byId(ANONYMOUS, made.id)).toBeNull();
  expect(await access.byId(member, made.id)).toMatchObject({ role: 'read', facts: { collaboratorRole: null } });
  await forge.get(CollaboratorsService).set(opened.repository, 'member', 'maintain');
  expect(await access.byId(member, made.id)).toMatchObject({
    role: 'maintain',
    facts: { collaboratorRole: 'maintain' },
  });
  expect(await access.byId(owner, made.id)).toMatchObject({ role: 'admin', facts: { collaboratorRole: null } });

  await repositories.delete(owner, opened.repository);
  expect(await access.byId(owner, made.id)).toBeNull();
  expect(await access.find(owner, { namespace: 'owner', name: 'second' })).toBeNull();
});

it('says of a private repository the very words that it says of none, whoever asks and for whatever', async () => {
  const [repositories, access] = [forge.get(RepositoriesService), forge.get(RepositoryAccessService)];
  const [owner, stranger] = [await forge.user('hidden'), await forge.user('stranger')];
  const make = (name: string, visibility: 'private' | 'internal' = 'private') =>
    repositories.create(owner, { namespace: 'hidden', name, visibility });
  const [renamed, deleted] = [await make('former'), await make('deleted')];
  await make('private');
  await repositories.update(owner, renamed, { name: 'renamed' });
  await repositories.delete(owner, deleted);
  await make('internal', 'internal');
  const limited = { ...owner, via: 'token' as const, scopes: null, repositoryIds: new Set([0]) };
  const faceOf = (error: DomainError) => ({ code: error.code, message: error.message, hint: error.hint });
  const face = async (actor: Actor, namespace: string, name: string, role: 'read' | 'write' | 'admin') =>
    access.open(actor, { namespace, name }, role).then(() => 'opened', faceOf);

  for (const role of ['read', 'admin'] as const) {
    const absent = await face(owner, 'hidden', 'absent', role);
    expect(absent).toMatchObject({ code: 'repository_not_found' });
    for (const actor of [ANONYMOUS, stranger, limited]) {
      for (const name of ['private', 'renamed', 'former', 'deleted', 'absent', '..', 'a\0b']) {
        expect([name, await face(actor, 'hidden', name, role)]).toEqual([name, absent]);
      }
      expect(await face(actor, 'nobody', 'private', role)).toEqual(absent);
    }
    for (const actor of [ANONYMOUS, limited]) expect(await face(actor, 'hidden', 'internal', role)).toEqual(absent);
    for (const name of ['deleted', '..']) expect(await face(owner, 'hidden', name, role)).toEqual(absent);
  }
  expect(await face(owner, 'hidden', 'former', 'admin')).toBe('opened');
  // What may be read is not hidden: who needs more is told so.
  expect(await face(stranger, 'hidden', 'internal', 'write')).toMatchObject({ code: 'forbidden' });
});
