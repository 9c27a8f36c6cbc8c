import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import type { CreatedAccessToken, SessionOpened, SshKey } from '@granary/api-contract';
import { callApi, runOk, startHub, workspace, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;
let bob: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, bob] = await Promise.all([hub.actor('alice'), hub.actor('bob')]);
});

async function newKey(type: string, bits?: string) {
  const file = join(workspace('key'), 'id');
  await runOk('ssh-keygen', [
    '-q',
    '-t',
    type,
    ...(bits ? ['-b', bits] : []),
    '-N',
    '',
    '-C',
    `${type} key`,
    '-f',
    file,
  ]);
  const printed = await runOk('ssh-keygen', ['-lf', `${file}.pub`]);
  return { line: readFileSync(`${file}.pub`, 'utf8'), fingerprint: printed.split(' ')[1] ?? '' };
}

describe('SSH keys', () => {
  it.each([
    ['ed25519', undefined],
    ['ecdsa', '256'],
    ['ecdsa', '521'],
    ['rsa', '3072'],
  ])('registers, lists, reads and deletes a key of type %s %s', async (type, bits) => {
    const { line, fingerprint } = await newKey(type, bits);
    const created = await alice.api<SshKey>('POST', '/api/v3/user/keys', { title: 'laptop', key: line });
    expect(created).toMatchObject({ status: 201, body: { title: 'laptop', fingerprint } });
    const { id } = created.body;
    expect((await alice.api<SshKey[]>('GET', '/api/user/keys')).body.map((key) => key.id)).toContain(id);
    expect((await alice.api('GET', `/api/v3/user/keys/${id}`)).body).toMatchObject({ fingerprint });
    expect((await bob.api('GET', `/api/v3/user/keys/${id}`)).status).toBe(404);
    expect((await bob.api('DELETE', `/api/v3/user/keys/${id}`)).status).toBe(404);
    expect((await alice.api('DELETE', `/api/v3/user/keys/${id}`)).status).toBe(204);
    expect((await alice.api('GET', `/api/v3/user/keys/${id}`)).status).toBe(404);
  });

  it('belongs to one user of the hub, whatever its comment', async () => {
    const { line } = await newKey('ed25519');
    expect((await alice.api('POST', '/api/v3/user/keys', { key: line })).status).toBe(201);
    const stolen = await bob.api('POST', '/api/v3/user/keys', { key: `${line.split(' ').slice(0, 2).join(' ')} mine` });
    expect(stolen).toMatchObject({ status: 422, body: { errors: [{ field: 'key', code: 'already_exists' }] } });
  });

  it.each([
    ['a short RSA key', () => newKey('rsa', '2048'), /2048 bits/],
    ['no key', () => Promise.resolve({ line: 'hello' }), /./],
    ['a DSA key', () => Promise.resolve({ line: 'ssh-dss AAAAB3NzaC1kc3MAAACBAA== x' }), /DSA|dss/i],
    ['a private key', () => Promise.resolve({ line: '-----BEGIN OPENSSH PRIVATE KEY-----\nx' }), /private/i],
  ])('refuses %s and says why', async (_what, key, reason) => {
    const answer = await alice.api<{ message: string }>('POST', '/api/v3/user/keys', { key: (await key()).line });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toMatch(reason);
  });
});

describe('access tokens', () => {
  const create = (actor: Actor, wanted: object) => actor.api<CreatedAccessToken>('POST', '/api/v3/user/tokens', wanted);
  const as = (token: string, method: string, path: string, body?: unknown) =>
    callApi(hub, { method, path, body, authorization: `token ${token}` });

  it('shows the secret once, and stops at its scopes', async () => {
    await alice.createRepository('notes');
    const created = await create(alice, { name: 'reader', scopes: ['repo:read'] });
    expect(created.status).toBe(201);
    expect(created.body.token).toMatch(/^gry_pat_[0-9A-Za-z]{36}$/);
    expect(JSON.stringify((await alice.api('GET', '/api/v3/user/tokens')).body)).not.toContain(created.body.token);
    const { token } = created.body;
    expect((await as(token, 'GET', '/api/v3/repos/alice/notes')).status).toBe(200);
    expect((await as(token, 'PATCH', '/api/v3/repos/alice/notes', { description: 'x' })).status).toBe(403);
    expect((await as(token, 'GET', '/api/v3/user/keys')).status).toBe(403);
    expect((await as(token, 'POST', '/api/v3/user/tokens', { name: 'more', scopes: ['repo:read'] })).status).toBe(403);
  });

  it('limits to named repositories, expires and can be revoked', async () => {
    await alice.createRepository('one');
    await alice.createRepository('two');
    const limited = await create(alice, { name: 'one only', scopes: ['repo:write'], repositories: ['alice/one'] });
    expect(limited.body.repositories).toEqual(['alice/one']);
    expect((await as(limited.body.token, 'GET', '/api/v3/repos/alice/one')).status).toBe(200);
    expect((await as(limited.body.token, 'GET', '/api/v3/repos/alice/two')).status).toBe(404);
    expect((await create(alice, { name: 'late', scopes: ['user'], expires_at: '2001-01-01T00:00:00Z' })).status).toBe(
      422,
    );
    expect((await bob.api('DELETE', `/api/v3/user/tokens/${limited.body.id}`)).status).toBe(404);
    expect((await alice.api('DELETE', `/api/v3/user/tokens/${limited.body.id}`)).status).toBe(204);
    expect((await as(limited.body.token, 'GET', '/api/v3/repos/alice/one')).status).toBe(401);
  });

  it('never makes a token that reaches further than its maker', async () => {
    expect((await create(alice, { name: 'admin', scopes: ['admin'] })).status).toBe(403);
    const parent = await create(alice, { name: 'parent', scopes: ['user', 'repo:read'] });
    const child = await as(parent.body.token, 'POST', '/api/v3/user/tokens', { name: 'child', scopes: ['repo:write'] });
    expect(child.status).toBe(403);
  });
});

describe('sessions', () => {
  const signIn = (login: string, password: string) =>
    callApi<SessionOpened>(hub, { method: 'POST', path: '/api/web/session', body: { login, password } });

  it('opens by password, changes things only from the hub itself, and ends', async () => {
    const opened = await signIn('alice', alice.password);
    expect(opened.status).toBe(201);
    const cookie = `${opened.body.cookie_name}=${opened.body.token}`;
    const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
      fetch(hub.url + path, { method, headers: { cookie, ...headers } });
    expect(await (await ask('GET', '/api/v3/user')).json()).toMatchObject({ login: 'alice' });
    expect((await ask('DELETE', '/api/v3/user/keys/1')).status).toBe(403);
    expect((await ask('DELETE', '/api/v3/user/keys/1', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('DELETE', '/api/v3/user/keys/999999', { origin: hub.url })).status).toBe(404);
    expect((await ask('DELETE', '/api/web/session', { origin: hub.url })).status).toBe(204);
    expect((await ask('GET', '/api/v3/user')).status).toBe(401);
  });

  it('ends every other one when the password is changed', async () => {
    const dora = await hub.actor('dora');
    const opened = await Promise.all([signIn('dora', dora.password), signIn('dora', dora.password)]);
    const [here, elsewhere] = opened.map(({ body }) => `${body.cookie_name}=${body.token}`) as [string, string];
    const as = (cookie: string, path: string, init: RequestInit = {}) =>
      fetch(hub.url + path, { ...init, headers: { cookie, origin: hub.url, 'content-type': 'application/json' } });
    const change = { current_password: dora.password, new_password: 'another long password' };
    const changed = await as(here, '/api/web/password', { method: 'PUT', body: JSON.stringify(change) });
    expect(changed.status).toBeLessThan(300);
    expect((await as(here, '/api/v3/user')).status).toBe(200);
    expect((await as(elsewhere, '/api/v3/user')).status).toBe(401);
  });

  it('says the same of a wrong password and an unknown user, and slows guessing down', async () => {
    const carol = await hub.actor('carol');
    const wrong = await signIn('carol', 'not the password');
    const unknown = await signIn('nobody-here', 'not the password');
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    const message = (answer: typeof wrong) => (answer.body as unknown as { message: string }).message;
    expect(message(wrong)).toBe(message(unknown));
    for (let n = 0; n < 4; n++) await signIn('carol', 'not the password');
    const slowed = await signIn('carol', carol.password);
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('is closed to registration unless the hub says otherwise', async () => {
    const body = { login: 'eve', password: 'long enough password' };
    expect((await callApi(hub, { method: 'POST', path: '/api/web/register', body })).status).toBe(403);
  });
});

it('keeps administration to administrators', async () => {
  const body = { login: 'sneaky', password: 'long enough password', site_admin: true };
  expect((await alice.api('POST', '/api/v3/admin/users', body)).status).toBe(403);
  expect((await callApi(hub, { method: 'POST', path: '/api/v3/admin/users', body })).status).toBe(401);
});

it.each([['a/b'], ['..'], ['.git'], ['x.git'], [''], ['api'], ['-'], ['a'.repeat(101)]])(
  'refuses the user name %j',
  async (login) => {
    const basic = Buffer.from(`${hub.admin.login}:${hub.admin.password}`).toString('base64');
    const authorization = `Basic ${basic}`;
    const body = { login, password: 'long enough password' };
    const answer = await callApi(hub, { method: 'POST', path: '/api/v3/admin/users', authorization, body });
    expect(answer.status).toBe(422);
  },
);
