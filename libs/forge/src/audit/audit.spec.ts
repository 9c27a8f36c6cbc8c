import { AccessTokensService, SshKeysService, type UserActor } from '../identity';
import { ProtectionsService, PushRulesService } from '../protection';
import { CollaboratorsService, RepositoriesService, type Repository } from '../repositories';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { AuditService } from './audit.service';
import { noteOrigin, withOrigin } from './origin';

let forge: ForgeFixture;
let alice: UserActor;
let repositories: RepositoriesService;
let repository: Repository;
let serial = 0;

beforeAll(async () => {
  forge = await openForge();
  alice = await forge.user('alice');
  await forge.user('bob');
  repositories = forge.get(RepositoriesService);
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
});

const list = (repositoryId: number | null = repository.id, actionPrefix = '') =>
  forge.get(AuditService).list({ repositoryId, actionPrefix, limit: 100, offset: 0 });
const record = (action: 'token.create' = 'token.create') =>
  forge.database.transaction((manager) => forge.get(AuditService).record(manager, { action, target: 'x' }));

it('tells who changed a repository, in the order of what happened', async () => {
  const { name } = repository;
  await repositories.update(alice, repository, { name: `${name}-new`, visibility: 'public' });
  await repositories.delete(alice, repository);
  expect(await list()).toMatchObject([
    { action: 'repository.delete', target: `alice/${name}-new`, repositoryName: `alice/${name}-new` },
    { action: 'repository.rename', details: { from: name, to: `${name}-new` }, repositoryName: `alice/${name}` },
    { action: 'repository.visibility', details: { from: 'private', to: 'public' }, actorName: 'alice' },
    { action: 'repository.create', details: { visibility: 'private' }, actorUserId: alice.userId, via: 'session' },
  ]);
});

it('outlives the repository and the user, with their names as they were', async () => {
  const carol = await forge.user(`carol${serial}`);
  await withOrigin({ actor: carol, via: 'session' }, () =>
    forge.get(CollaboratorsService).set(repository, 'bob', 'write'),
  );
  await forge.database.query('DELETE FROM repositories WHERE id = $1', [repository.id]);
  await forge.database.query('DELETE FROM namespaces WHERE owner_user_id = $1', [carol.userId]);
  await forge.database.query('DELETE FROM users WHERE id = $1', [carol.userId]);
  expect((await list())[0]).toMatchObject({
    actorUserId: carol.userId,
    actorName: carol.name,
    repositoryName: `alice/${repository.name}`,
    target: 'bob',
    details: { role: 'write', previous_role: null },
  });
});

it('is written by what it tells of, or not at all', async () => {
  const failing = forge.database.transaction(async (manager) => {
    await forge
      .get(AuditService)
      .record(manager, { action: 'push_rules.update', target: 'x', repositoryId: repository.id });
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  await expect(forge.get(CollaboratorsService).set(repository, 'alice', 'read')).rejects.toThrow();
  await forge.get(CollaboratorsService).remove(repository, 'bob');
  expect((await list()).map(({ action }) => action)).toEqual(['repository.create']);
});

it('is never changed and never taken back', async () => {
  await expect(forge.database.query(`UPDATE audit_entries SET target = 'y'`)).rejects.toThrow(/only ever added/);
  await expect(forge.database.query('DELETE FROM audit_entries')).rejects.toThrow(/only ever added/);
  expect(await list()).toHaveLength(1);
});

it('knows where the change came from, and nothing of its neighbours', async () => {
  const change = (address: string) =>
    withOrigin({}, async () => {
      await new Promise(setImmediate);
      noteOrigin({ actor: { userId: alice.userId, name: 'alice' }, via: 'token', address });
      await record();
    });
  await Promise.all([change('192.0.2.1'), change('192.0.2.2')]);
  await record();
  const [latest, ...others] = (await list(null)).slice(0, 3);
  expect(latest).toMatchObject({ actorName: null, via: null, address: null });
  expect(others.map(({ address }) => address).sort()).toEqual(['192.0.2.1', '192.0.2.2']);
  expect(others[0]).toMatchObject({ actorName: 'alice', via: 'token' });
});

it('says what was protected, and which rules changed from what to what', async () => {
  const nobody = { role: null, users: [] };
  const protections = forge.get(ProtectionsService);
  const rules = forge.get(PushRulesService);
  const wish = { kind: 'branch', pattern: 'v*', push: nobody, force_push: nobody, delete: nobody } as const;
  const { id } = await protections.create(repository.id, {
    ...wish,
    require_linear_history: false,
    enforce_admins: true,
  });
  await protections.update(repository.id, id, { require_linear_history: true });
  await protections.delete(repository.id, id);
  await rules.update(repository.id, { max_file_size_bytes: 2048, secret_scanning: null });
  await rules.update(repository.id, { max_file_size_bytes: 2048 });
  expect(await list()).toMatchObject([
    { target: 'max_file_size_bytes', details: { max_file_size_bytes: { from: null, to: 2048 } } },
    { action: 'protection.delete', target: 'v*', details: { kind: 'branch' } },
    { action: 'protection.update', target: 'v*', details: { require_linear_history: true } },
    { action: 'protection.create', target: 'v*' },
    { action: 'repository.create' },
  ]);
  expect(await list(repository.id, 'protection.')).toHaveLength(3);
  expect(await list(repository.id, 'protection%')).toEqual([]);
});

it('tells of tokens and keys, and none of their secrets', async () => {
  const wish = { name: 'laptop', scopes: ['repo:read' as const], repositoryIds: null, expiresAt: undefined };
  const { token, secret } = await forge.get(AccessTokensService).create(alice, wish);
  expect(await forge.get(AccessTokensService).revoke(alice.userId + 1, token.id)).toBe(false);
  expect(await forge.get(AccessTokensService).revoke(alice.userId, token.id)).toBe(true);
  const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f key';
  const key = await forge.get(SshKeysService).create(alice.userId, line);
  await forge.get(SshKeysService).remove(alice.userId, key.id);
  const entries = (await list(null)).slice(0, 4);
  expect(entries.map(({ action }) => action)).toEqual([
    'ssh_key.delete',
    'ssh_key.create',
    'token.revoke',
    'token.create',
  ]);
  expect(entries[3]).toMatchObject({ target: 'laptop', details: { scopes: ['repo:read'] }, actorName: 'alice' });
  expect(JSON.stringify(entries)).not.toContain(secret);
});
