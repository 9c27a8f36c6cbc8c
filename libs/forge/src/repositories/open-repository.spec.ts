import { ANONYMOUS } from '../identity';
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
