import { DAY_MS } from '@granary/kernel';
import {
  AccessTokensService,
  AccountsService,
  AuthenticationService,
  SessionsService,
  SshKeysService,
  type UserActor,
} from '../identity';
import { ProtectionsService, PushRulesService } from '../protection';
import { CollaboratorsService, RepositoriesService, type Repository } from '../repositories';
import { SweepsService } from '../work/sweeps.service';
import { WebhooksService } from '../webhooks';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { AuditService, type AuditQuery } from './audit.service';
import { noteOrigin, withOrigin } from './origin';

let forge: ForgeFixture;
let alice: UserActor;
let repositories: RepositoriesService;
let repository: Repository;
let serial = 0;
let offsetMs = 0;
const clock = { now: () => new Date(Date.now() + offsetMs) };

beforeAll(async () => {
  forge = await openForge({ clock });
  alice = await forge.user('alice');
  await forge.user('bob');
  repositories = forge.get(RepositoriesService);
}, 60_000);

afterAll(() => forge.close());

beforeEach(async () => {
  repository = await repositories.create(alice, { namespace: 'alice', name: `r${serial++}` });
});

const search = (query: Partial<AuditQuery>) =>
  forge.get(AuditService).list({ repositoryId: null, actionPrefix: '', limit: 100, offset: 0, ...query });
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

it('tells who was let in and who was shown out, and nothing where nothing changed', async () => {
  const people = forge.get(CollaboratorsService);
  await people.remove(repository, 'bob');
  await withOrigin({ actor: alice, via: 'session' }, async () => {
    await people.set(repository, 'bob', 'read');
    await people.set(repository, 'bob', 'admin');
    await people.remove(repository, 'bob');
    await people.remove(repository, 'bob');
  });
  expect(await people.list(repository)).toEqual({ rows: [], total: 0 });
  const entries = await list(repository.id, 'collaborator.');
  expect(entries).toHaveLength(3);
  const counted = { repositoryId: repository.id, actionPrefix: 'collaborator.' };
  expect(await forge.get(AuditService).count(counted)).toBe(3);
  expect(entries).toMatchObject([
    { action: 'collaborator.remove', target: 'bob', actorName: 'alice', details: { previous_role: 'admin' } },
    { action: 'collaborator.set', target: 'bob', details: { role: 'admin', previous_role: 'read' } },
    { action: 'collaborator.set', target: 'bob', details: { role: 'read', previous_role: null } },
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
  const input = { kind: 'branch', pattern: 'v*', push: nobody, force_push: nobody, delete: nobody } as const;
  const { id } = await protections.create(repository.id, {
    ...input,
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
  const input = { name: 'laptop', scopes: ['repo:read' as const], repositoryIds: null, expiresAt: undefined };
  const { token, secret } = await forge.get(AccessTokensService).create(alice, input);
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

describe('sign-ins', () => {
  const signIn = (name: string, password: string, ip = '192.0.2.7') =>
    forge.get(AuthenticationService).password(name, password, ip);

  it('are told with browser and address, and so is the end of a session by its owner', async () => {
    const sessions = forge.get(SessionsService);
    await sessions.open(alice.userId, { userAgent: 'Firefox', ip: '192.0.2.7' });
    expect((await search({ actionPrefix: 'session.' }))[0]).toMatchObject({
      ...{ action: 'session.create', actorName: 'alice', via: 'session', address: '192.0.2.7', target: 'alice' },
      details: { user_agent: 'Firefox' },
    });
    const [session] = (await sessions.list(alice.userId)).rows;
    expect(await sessions.revoke(alice.userId + 1, session?.id ?? 0)).toBe(false);
    expect(await sessions.revoke(alice.userId, session?.id ?? 0)).toBe(true);
    const ends = await search({ actionPrefix: 'session.revoke' });
    expect(ends).toMatchObject([{ target: 'Firefox', details: { user_id: alice.userId } }]);
  });

  it('that fail are told by nobody’s name but an account’s, and a flood of them by few entries', async () => {
    const before = (await search({ actionPrefix: 'sign_in.' })).length;
    for (let n = 0; n < 4; n++)
      await expect(signIn('alice', 'wrong')).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(signIn('my secret password', 'x')).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(forge.get(AuthenticationService).bearer('gry_pat_x', '192.0.2.9')).rejects.toThrow();
    const entries = await search({ actionPrefix: 'sign_in.' });
    expect(entries).toHaveLength(before + 3);
    expect(entries).toMatchObject([
      { target: 'a token', address: '192.0.2.9', details: { by: 'token' } },
      { target: 'an unknown account' },
      {
        action: 'sign_in.failure',
        target: 'alice',
        actorName: null,
        address: '192.0.2.7',
        details: { by: 'password' },
      },
    ]);
    expect(JSON.stringify(entries)).not.toContain('secret password');
    offsetMs += 601_000;
    await expect(signIn('alice', 'wrong')).rejects.toThrow();
    expect((await search({ actionPrefix: 'sign_in.' }))[0]).toMatchObject({
      target: 'alice',
      details: { more_before: 3 },
    });
    expect(await signIn('alice', 'long enough password', '192.0.2.99')).toMatchObject({ name: 'alice' });
  });

  it('are not needed for a new account and a new password to be told', async () => {
    const dora = await forge.user(`dora${serial}`, { isAdmin: true });
    await forge.get(AccountsService).changePassword(dora.userId, 'another long password');
    await expect(forge.get(AccountsService).changePassword(dora.userId, 'x'.repeat(9))).rejects.toThrow();
    expect((await search({})).slice(0, 2)).toMatchObject([
      { action: 'password.change', target: dora.name, details: { user_id: dora.userId } },
      { action: 'user.create', target: dora.name, details: { is_admin: true } },
    ]);
  });
});

it('tells of webhooks, without what gives access to their receiver', async () => {
  const hooks = forge.get(WebhooksService);
  const url = 'https://hooks.example.com/services/T0/secret-path?token=secret-query';
  const by = { repositoryId: repository.id, actorUserId: alice.userId };
  const input = {
    name: 'web',
    active: true,
    events: ['push'],
    config: { url, secret: 'secret-word', content_type: 'json' },
  };
  const { id: hookId } = await hooks.create(by, input as never);
  const key = { repositoryId: repository.id, hookId };
  await hooks.update(key, { active: false, config: { secret: 'another-secret' } } as never);
  await expect(hooks.update({ ...key, hookId: hookId + 1000 }, { active: false } as never)).rejects.toThrow();
  await hooks.delete(key);
  await expect(hooks.delete(key)).rejects.toMatchObject({ code: 'not_found' });
  const entries = await list(repository.id, 'webhook.');
  expect(entries).toMatchObject([
    { action: 'webhook.delete', target: 'https://hooks.example.com', details: { id: hookId } },
    { action: 'webhook.update', details: { active: false, secret: 'changed' } },
    { action: 'webhook.create', details: { events: ['push'], active: true, has_secret: true } },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/secret-|another-secret/);
});

it('tells when a deleted repository is gone for good', async () => {
  await repositories.delete(alice, repository);
  await forge.get(SweepsService).purgeDeleted();
  expect((await list())[0]).toMatchObject({ action: 'repository.delete' });
  offsetMs += 15 * DAY_MS;
  await forge.get(SweepsService).purgeDeleted();
  const name = `alice/${repository.name}`;
  const [entry] = await list();
  expect(entry).toMatchObject({ action: 'repository.purge', target: name, repositoryName: name, actorName: null });
});

it('is searched by actor, place, time and action, page by page', async () => {
  const erin = await forge.user(`Erin${serial}`);
  const theirs = await repositories.create(erin, { namespace: erin.name, name: 'one' });
  await repositories.create(erin, { namespace: erin.name, name: 'two' });
  await repositories.update(erin, theirs, { visibility: 'public' });
  const actions = async (query: Partial<AuditQuery>) => (await search(query)).map(({ action }) => action);
  const all = ['repository.visibility', 'repository.create', 'repository.create'];
  expect(await actions({ actorName: erin.name.toLowerCase() })).toEqual(all);
  expect(await actions({ where: { namespace: erin.name } })).toEqual(all);
  expect(await actions({ where: { namespace: erin.name, repository: 'ONE' } })).toEqual([all[0], all[1]]);
  expect(await actions({ actorName: erin.name, actionPrefix: 'repository.vis' })).toEqual([all[0]]);
  expect(await actions({ actorName: 'eri' })).toEqual([]);
  expect(new Set((await search({ actorName: null })).map(({ actorName }) => actorName))).toEqual(new Set([null]));
  const [latest, second] = await search({ actorName: erin.name });
  expect((await search({ actorName: erin.name, beforeId: latest?.id, limit: 1 }))[0]?.id).toBe(second?.id);
  expect(await actions({ actorName: erin.name, until: latest?.at })).toHaveLength(2);
  expect(await actions({ actorName: erin.name, since: latest?.at })).toEqual([all[0]]);
});

it('is pruned by age alone, and never otherwise', async () => {
  await record();
  offsetMs += 366 * DAY_MS;
  await record();
  const [young, old] = await search({ limit: 2 });
  await forge.get(SweepsService).pruneAudit();
  const left = await search({});
  expect(left.map(({ id }) => id)).toEqual([young?.id]);
  expect(left.map(({ id }) => id)).not.toContain(old?.id);
  // Nothing of the permission is left on the connection, and it reaches no further than it says.
  await expect(forge.database.query('DELETE FROM audit_entries')).rejects.toThrow(/only ever added/);
  const tooMuch = forge.database.transaction(async (manager) => {
    await manager.query(`SELECT set_config('granary.audit_prune_before', '2001-01-01', true)`);
    await manager.query('DELETE FROM audit_entries');
  });
  await expect(tooMuch).rejects.toThrow(/only ever added/);
});
