import { basic, callApi, hubRoutes, startHub, type Actor, type Hub, type HubRoute } from '../support';

const OID = '0'.repeat(64);
const SIGNED = `operation=upload&size=1&user=1&expires=9999999999&signature=${'A'.repeat(43)}`;
const AT_ONCE = 8;
/** Names of one length, so that nothing but existence can tell two answers apart. */
const KINDS = { private: 'p-secret', renamed: 'r-secret', deleted: 'd-secret', absent: 'a-secret' };

let hub: Hub;
let alice: Actor;
let mallory: Actor;
/** Alice's tokens: all scopes for another repository, and one that only reads. */
let limited: { token: string };
let reading: { token: string };

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  [alice, mallory] = await Promise.all([hub.actor('alice'), hub.actor('mallory')]);
  const own = (method: string, path: string, body?: unknown) =>
    callApi(hub, { method, path, body, authorization: `Bearer ${alice.token}` });
  for (const name of [KINDS.private, KINDS.renamed, KINDS.deleted]) {
    await own('POST', '/api/v3/user/repos', { name, private: true, auto_init: true });
  }
  await own('POST', '/api/v3/user/repos', { name: 'other', private: true });
  const scopes = ['repo:read', 'repo:write', 'repo:admin', 'hooks', 'user', 'keys'];
  [limited, reading] = await Promise.all([
    tokenOf({ name: 'limited', scopes, repositories: ['alice/other'] }),
    tokenOf({ name: 'reading', scopes: ['repo:read'] }),
  ]);
  await own('PATCH', `/api/v3/repos/alice/${KINDS.renamed}`, { name: 'elsewhere' });
  await own('DELETE', `/api/v3/repos/alice/${KINDS.deleted}`);
});

async function tokenOf(body: object): Promise<{ token: string }> {
  const authorization = basic('alice', alice.password);
  const answer = await callApi<{ token: string }>(hub, {
    method: 'POST',
    path: '/api/v3/user/tokens',
    authorization,
    body,
  });
  if (answer.status !== 201) throw new Error(`token: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const routes = hubRoutes().filter(({ path }) => path.includes('/:ns/:repo'));

/** An address of the route in the repository `name`, with parameters that could be right. */
function addresses({ path }: HubRoute, name: string): string[] {
  const filled = path
    .replace(':ns/:repo', `alice/${name}`)
    .replace(':oid', OID)
    .replace(':sha', '1'.repeat(40))
    .replace(/:(id|delivery|number)\b/g, '1')
    .replace(/:\w+/g, 'main')
    .replace(/\*\w+/, path.includes('/archive/') ? 'main.zip' : 'main/README.md');
  if (filled.includes('/info/lfs/objects/0')) return [filled, `${filled}?${SIGNED}`];
  if (filled.endsWith('/info/refs')) return ['upload', 'receive'].map((kind) => `${filled}?service=git-${kind}-pack`);
  return [filled];
}

async function face(method: string, path: string, actor: { token: string } | null) {
  const response = await fetch(hub.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(actor && { authorization: `Bearer ${actor.token}` }),
      'tus-resumable': '1.0.0',
      ...(['POST', 'PUT', 'PATCH'].includes(method) && { 'content-type': 'application/json' }),
    },
    body: ['POST', 'PUT', 'PATCH'].includes(method) ? '{}' : undefined,
  });
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  const body = (await response.text())
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID')
    .replace(/\b[prda]-secret\b/g, 'NAME');
  return { status: response.status, headers, body };
}

async function inTurns<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

it.each([
  ['nobody', () => null],
  ['a stranger', () => mallory],
  ['a token for another repository', () => limited],
])('shows %s a private, a renamed, a deleted and an absent repository with one face on every route', async (_, who) => {
  expect(routes.length).toBeGreaterThan(60);
  const calls = routes.flatMap((route) =>
    addresses(route, KINDS.absent).map((_, nth) => ({
      route,
      address: (name: string) => addresses(route, name)[nth] ?? '',
    })),
  );
  await inTurns(calls, async ({ route, address }) => {
    const absent = await face(route.method, address(KINDS.absent), who());
    const what = `${route.method} ${address('NAME')}`;
    expect([401, 403, 404, 405]).toContain(absent.status);
    for (const name of [KINDS.private, KINDS.renamed, KINDS.deleted]) {
      expect([what, name, await face(route.method, address(name), who())]).toEqual([what, name, absent]);
    }
  });
});

/** Questions that are asked by POST: what is answered depends on more than the route. */
const ASKED_BY_POST = /git-upload-pack$|objects\/(batch|verify)$|locks\/verify$/;

it('lets a token that only reads change nothing on any route', async () => {
  const changing = routes.filter(({ method, path }) => !['GET', 'HEAD'].includes(method) && !ASKED_BY_POST.test(path));
  expect(changing.length).toBeGreaterThan(40);
  const allowed: string[] = [];
  await inTurns(changing, async ({ method, path }) => {
    for (const address of addresses({ method, path } as HubRoute, KINDS.private)) {
      const { status } = await face(method, address, reading);
      if (![401, 403, 404].includes(status)) allowed.push(`${method} ${path}: ${status}`);
    }
  });
  expect(allowed).toEqual([]);
});

it('shows its owner what a transfer address lacks', async () => {
  const path = `/alice/${KINDS.private}.git/info/lfs/objects/${OID}?${SIGNED}`;
  const answer = await face('PUT', path, alice);
  expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('altered')]);
});
