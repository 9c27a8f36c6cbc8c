import type { TokenScope } from '@granary/api-contract';
import { ANONYMOUS, type Actor, type UserActor } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import type { ExecutionContext, Type } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { CONTROLLERS } from '../controllers';
import { AccessGuard } from './access.guard';
import { PageMemory } from './page-memory';
import { routesOf, type RouteRow } from './route-table';

const ALL: TokenScope[] = ['repo:read', 'repo:write', 'repo:admin', 'user', 'keys', 'hooks', 'admin'];
const person: UserActor = {
  kind: 'user',
  userId: 1,
  name: 'root',
  isAdmin: true,
  via: 'session',
  scopes: null,
  repositoryIds: null,
};
const token = (scopes: TokenScope[], more: Partial<UserActor> = {}): UserActor => ({
  ...person,
  via: 'token',
  scopes: new Set(scopes),
  ...more,
});

/** Of an administrator, who may most. An expiring token may do what one that never expires may: what it makes is tested below. */
const CREDENTIALS: Record<string, Actor> = {
  none: ANONYMOUS,
  session: person,
  password: { ...person, via: 'password' },
  token: token(ALL),
  'token without admin': token(ALL.filter((scope) => scope !== 'admin')),
  'repository token': token(['repo:read', 'repo:write', 'repo:admin', 'hooks']),
  'limited token': token(ALL, { repositoryIds: new Set([7]) }),
  lfs: token(['repo:write'], { repositoryIds: new Set([7]), lfsOperation: 'upload' }),
};

const OWNER = ['session', 'password'];
const FULL = [...OWNER, 'token', 'token without admin'];
const ADMIN = [...OWNER, 'token'];
const READING = [...FULL, 'repository token', 'limited token'];

/** Every route that acts on an account or on the hub, with the credentials that it lets in. */
const ACCOUNT_ROUTES: Record<string, string[]> = {
  'GET /api/v3/user': READING,
  'PATCH /api/v3/user': FULL,
  'GET /api/v3/user/repos': READING,
  'POST /api/v3/user/repos': [...FULL, 'repository token'],
  'GET /api/v3/user/keys': FULL,
  'POST /api/v3/user/keys': FULL,
  'GET /api/v3/user/keys/:id': FULL,
  'DELETE /api/v3/user/keys/:id': FULL,
  'GET /api/user/keys': FULL,
  'POST /api/user/keys': FULL,
  'GET /api/user/keys/:id': FULL,
  'DELETE /api/user/keys/:id': FULL,
  'GET /api/v3/user/gpg_keys': FULL,
  'POST /api/v3/user/gpg_keys': FULL,
  'GET /api/v3/user/gpg_keys/:id': FULL,
  'DELETE /api/v3/user/gpg_keys/:id': FULL,
  'GET /api/v3/user/tokens': FULL,
  'POST /api/v3/user/tokens': [...FULL, 'limited token'],
  'DELETE /api/v3/user/tokens/:id': FULL,
  'GET /api/v3/namespaces/:ns/quota': READING,
  'PUT /api/v3/namespaces/:ns/quota': ADMIN,
  'GET /api/v3/admin/users': ADMIN,
  'POST /api/v3/admin/users': ADMIN,
  'GET /api/v3/admin/users/:name': ADMIN,
  'PATCH /api/v3/admin/users/:name': ADMIN,
  'DELETE /api/v3/admin/users/:name': ADMIN,
  'GET /api/v3/admin/users/:name/tokens': ADMIN,
  'DELETE /api/v3/admin/users/:name/tokens/:id': ADMIN,
  'PUT /api/v3/users/:name/suspended': ADMIN,
  'DELETE /api/v3/users/:name/suspended': ADMIN,
  'GET /api/v3/admin/audit': ADMIN,
  'GET /api/v3/admin/queues': ADMIN,
  'POST /api/v3/admin/queues/failures/:id/retry': ADMIN,
  'POST /api/v3/admin/queues/failures/retry': ADMIN,
  'GET /api/web/sessions': FULL,
  'DELETE /api/web/sessions/:id': FULL,
  'PUT /api/web/password': OWNER,
  'GET /api/web/deleted-repositories': [...FULL, 'repository token'],
  'POST /api/web/deleted-repositories/:id/restore': [...FULL, 'repository token'],
};

/** Open to everybody, whatever they come with; each shows only what its asker may see. */
const OPEN_ROUTES = [
  'GET /health/live',
  'GET /health/ready',
  'GET /-/lfs-agent.cjs',
  'GET /-/image/:signature/:url',
  'GET /-/avatars/:kind/:id',
  'GET /api/v3',
  'GET /api/v3/meta',
  'GET /api/v3/openapi.json',
  'GET /api/v3/rate_limit',
  'GET /api/v3/versions',
  'GET /api/v3/zen',
  'GET /api/v3/users/:name',
  'GET /api/v3/users/:name/repos',
  'GET /api/v3/search/repositories',
  'GET /api/web/viewer',
  'GET /api/web/explore',
  'GET /api/web/namespaces/:ns',
  'POST /api/web/session',
  'POST /api/web/register',
  'DELETE /api/web/session',
];

const routes = routesOf(CONTROLLERS);
const addressOf = ({ method, path }: RouteRow) => `${method} ${path}`;
const ofKind = (...kinds: string[]) => routes.filter(({ rule }) => rule && kinds.includes(rule.kind));
const addresses = (of: RouteRow[]) => of.map(addressOf).sort();

function handlerOf({ name }: RouteRow): { controller: Type; handler: () => unknown } {
  const [className, method = ''] = name.split('.');
  const controller = CONTROLLERS.find((each) => each.name === className);
  const handler = (controller?.prototype as Record<string, () => unknown> | undefined)?.[method];
  if (!controller || !handler) throw new Error(`no handler ${name}`);
  return { controller, handler };
}

/** What the guard answers to somebody with this credential. */
async function answer(route: RouteRow, actor: Actor): Promise<string> {
  const request = { actor, clientAddress: '192.0.2.1', headers: {} };
  const guard = new AccessGuard(
    new Reflector(),
    { authenticate: () => Promise.resolve() } as never,
    { find: () => Promise.reject(new Error('opens no repository')) } as never,
    new PageMemory(),
    {} as never,
  );
  const { controller, handler } = handlerOf(route);
  const context = {
    getHandler: () => handler,
    getClass: () => controller,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
  return guard.canActivate(context).then(
    () => 'in',
    (error: unknown) => (error instanceof DomainError ? error.code : String(error)),
  );
}

it('classifies every route that acts on an account or on the hub', () => {
  expect(addresses(ofKind('signed_in', 'site_admin'))).toEqual(Object.keys(ACCOUNT_ROUTES).sort());
});

it('classifies every route that is open to everybody', () => {
  expect(addresses(ofKind('anyone'))).toEqual([...OPEN_ROUTES].sort());
});

it('leaves to handlers only what git and signed addresses need', () => {
  const left = ofKind('handler').filter(({ surface }) => surface !== 'git' && surface !== 'lfs');
  expect(addresses(left)).toEqual([]);
  expect(addresses(ofKind('scraper'))).toEqual(['GET /metrics']);
});

it.each(Object.entries(ACCOUNT_ROUTES))('lets into %s those credentials alone: %j', async (address, allowed) => {
  const route = routes.find((each) => addressOf(each) === address);
  if (!route) throw new Error(`no route ${address}`);
  for (const [credential, actor] of Object.entries(CREDENTIALS)) {
    const expected = allowed.includes(credential) ? 'in' : credential === 'none' ? 'unauthenticated' : 'forbidden';
    expect([credential, await answer(route, actor)]).toEqual([credential, expected]);
  }
});

it('lets nobody administer who is no administrator, whatever their token says', async () => {
  for (const route of ofKind('site_admin')) {
    expect(await answer(route, { ...person, isAdmin: false })).toBe('forbidden');
    expect(await answer(route, token(ALL, { isAdmin: false }))).toBe('forbidden');
  }
});
