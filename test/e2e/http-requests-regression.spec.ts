import { once } from 'node:events';
import { connect } from 'node:net';
import { hubRoutes, startHub, type Actor, type Hub } from '../support';

let hub: Hub;
let alice: Actor;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
  alice = await hub.actor('alice');
  await alice.createRepository('app', { auto_init: true });
  for (let nth = 0; nth < 2; nth += 1) {
    await alice.api('PUT', `/api/v3/repos/alice/app/contents/${nth}`, { message: 'm', content: 'aA==' });
  }
});

async function send(lines: string[], body = ''): Promise<string> {
  const socket = connect(hub.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk) => (answer += String(chunk)));
  socket.write(`${[...lines, 'Connection: close', '', ''].join('\r\n')}${body}`);
  await once(socket, 'close');
  return answer;
}

const host = 'Host: hub.example';
const commits = '/api/v3/repos/alice/app/commits?per_page=1';

it('lets neither the Host nor the target of a request into links', async () => {
  const authorization = `Authorization: Bearer ${alice.token}`;
  for (const target of [commits, `http://evil.example${commits}`]) {
    const answer = await send([`GET ${target} HTTP/1.1`, 'Host: evil.example', authorization]);
    expect(answer).toContain(`<${hub.url}/api/v3/repos/alice/app/commits?per_page=1&page=2>; rel="next"`);
    expect(answer).not.toContain('evil');
  }
});

it.each<[string, string[], string]>([
  ['two Host headers', ['GET / HTTP/1.1', host, 'Host: b'], ''],
  ['no Host header', ['GET / HTTP/1.1'], ''],
  ['a length beside chunks', ['POST / HTTP/1.1', host, 'Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
  ['two lengths', ['POST / HTTP/1.1', host, 'Content-Length: 0', 'Content-Length: 1'], ''],
  ['a NUL in a header', ['GET / HTTP/1.1', host, 'X-A: \0'], ''],
  ['a header line that goes on in the next', ['GET / HTTP/1.1', host, 'X-A: a', ' b'], ''],
  ['a broken escape', ['GET /api/v3/users/%ZZ HTTP/1.1', host], ''],
])('refuses a request with %s', async (_, lines, body) => {
  expect(await send(lines, body)).toMatch(/^HTTP\/1\.1 400 /);
});

it.each([
  ['TRACE', '/', /GET, HEAD, POST/],
  ['PROPFIND', '/explore', /GET, HEAD, POST/],
  ['PUT', '/explore', /^GET, HEAD, POST, OPTIONS$/],
  ['DELETE', '/api/v3/user', /^GET, HEAD, PATCH, OPTIONS$/],
])('answers %s %s with the methods that there are', async (method, path, allow) => {
  const answer = await send([`${method} ${path} HTTP/1.1`, host]);
  expect(answer).toMatch(/^HTTP\/1\.1 405 /);
  expect(/^allow: (.*?)\r$/im.exec(answer)?.[1]).toMatch(allow);
});

it('answers a request that offers another protocol as if it did not', async () => {
  // Before it and after: the pages come with a program of their own, which is started by the first of them.
  for (const path of [
    '/health/live',
    '/explore',
    '/health/live',
    '/api/v3/meta',
    '/alice/app.git/info/refs?service=git-upload-pack',
  ]) {
    for (const upgrade of ['h2c', 'websocket']) {
      const offer = [
        'Connection: Upgrade, HTTP2-Settings',
        `Upgrade: ${upgrade}`,
        'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA',
      ];
      expect(await send([`GET ${path} HTTP/1.1`, host, ...offer])).toMatch(/^HTTP\/1\.1 (200|401) /);
    }
  }
  await alice.gitOk(['-c', 'http.version=HTTP/2', 'ls-remote', alice.remote('alice/app')]);
});

it('keeps what one may read out of caches that others use, too', async () => {
  const { headers } = await alice.api('GET', '/api/v3/user/tokens');
  expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual([
    'private, no-cache',
    'nosniff',
  ]);
});

it.each([
  ['/explore', 200],
  ['/alice/nothing', 404],
  ['/alice/nothing/-/tree/main', 404],
  ['/a/b/c/d', 404],
])('answers the router of the pages at %s with %d, as a browser', async (path, status) => {
  for (const headers of [new Headers({ accept: 'text/html' }), new Headers({ rsc: '1' })]) {
    expect((await fetch(hub.url + path, { headers })).status).toBe(status);
  }
});

/** An address of a route that is there, or is not. */
function addressOf(path: string): string {
  return path
    .replace(':ns/:repo', 'alice/app')
    .replace(':oid', '0'.repeat(64))
    .replace(':sha', '1'.repeat(40))
    .replace(/:(id|delivery|number)\b/g, '1')
    .replace(/:\w+/g, 'alice')
    .replace(/\*\w+/, path.includes('/archive/') ? 'main.zip' : 'main/README.md');
}

it('answers HEAD as GET on every route, without the body', async () => {
  const headers = { authorization: `Bearer ${alice.token}` };
  const routes = hubRoutes().filter(({ method }) => method === 'GET');
  expect(routes.length).toBeGreaterThan(60);
  for (const { path } of routes) {
    const url = hub.url + addressOf(path);
    const faces = [];
    for (const method of ['GET', 'HEAD']) {
      const answer = await fetch(url, { method, headers, redirect: 'manual' });
      const body = await answer.arrayBuffer();
      if (method === 'HEAD') expect(body.byteLength).toBe(0);
      faces.push({ path, status: answer.status, type: answer.headers.get('content-type') });
    }
    expect(faces[1]).toEqual(faces[0]);
  }
});
