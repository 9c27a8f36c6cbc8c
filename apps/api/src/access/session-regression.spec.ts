import type { ForgeOptions, SessionsService } from '@granary/forge';
import type { HubRequest } from '../http/hub-request';
import { Authenticator } from './authenticator';
import { PageMemory } from './page-memory';
import { sessionCookie } from './session-cookie';

const BASE_URL = 'https://hub.example';
const SECRET = 'the-secret';
const USER = { id: 7, name: 'alice', isAdmin: false };

const sessions = {
  find: (secret: string) => Promise.resolve(secret === SECRET ? { session: { id: 1 }, user: USER } : null),
} as unknown as SessionsService;

const authenticator = new Authenticator(
  undefined as never,
  sessions,
  new PageMemory(),
  undefined as never,
  undefined as never,
  { baseUrl: BASE_URL } as ForgeOptions,
);

async function actorOf({
  origin,
  method = 'POST',
  cookie = `__Host-granary_session=${SECRET}`,
}: {
  origin?: string;
  method?: string;
  cookie?: string;
}) {
  const headers = { cookie, host: 'inside:3000', ...(origin === undefined ? {} : { origin }) };
  const request = { method, headers, surface: 'web', url: '/', path: '/' } as unknown as HubRequest;
  await authenticator.authenticate(request);
  return request.actor;
}

it('binds the cookie to the host and to TLS wherever the hub is reached by https', () => {
  expect(sessionCookie('https://hub.example')).toEqual({ name: '__Host-granary_session', secure: true });
  expect(sessionCookie('http://127.0.0.1:3000')).toEqual({ name: 'granary_session', secure: false });
});

it.each([BASE_URL, 'http://inside:3000', 'https://inside:3000'])('takes a change from a page of %s', async (origin) => {
  expect(await actorOf({ origin })).toMatchObject({ userId: 7, via: 'session' });
});

it.each([
  undefined,
  'null',
  '',
  'https://hub.example.evil.example',
  'https://hub.example:8443',
  'https://hub.exampl',
  'http://hub.example',
  'https://evil.example/https://hub.example',
  'https://HUB.example ',
  'https://inside:30000',
  'https://inside',
])('takes no change with the Origin %s', async (origin) => {
  await expect(actorOf({ origin })).rejects.toMatchObject({ code: 'forbidden' });
});

it('reads without an Origin, and by the one cookie of its name alone', async () => {
  expect(await actorOf({ method: 'GET' })).toMatchObject({ userId: 7 });
  for (const cookie of [
    `granary_session=${SECRET}`,
    `x__Host-granary_session=${SECRET}`,
    '__Host-granary_session=other',
  ]) {
    expect(await actorOf({ method: 'GET', cookie })).toMatchObject({ kind: 'anonymous' });
  }
});
