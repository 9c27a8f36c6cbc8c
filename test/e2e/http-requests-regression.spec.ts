import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startHub, workspace, type Actor, type Hub } from '../support';

/** Notes the port of every connection that the process makes. */
const RECORDER = `
  const { appendFileSync } = require('node:fs');
  const { Socket } = require('node:net');
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (...given) {
    const [to] = Array.isArray(given[0]) ? given[0] : given;
    if (to && to.port) appendFileSync(process.env.CONNECTIONS, to.port + '\\n');
    return connect.apply(this, given);
  };
`;
const directory = workspace('connections');
const connections = join(directory, 'ports');

let hub: Hub;
let alice: Actor;

beforeAll(async () => {
  const recorder = join(directory, 'recorder.cjs');
  writeFileSync(recorder, RECORDER);
  writeFileSync(connections, '');
  hub = await startHub({ ssh: false, env: { NODE_OPTIONS: `--require ${recorder}`, CONNECTIONS: connections } });
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

it('keeps what one may read out of caches', async () => {
  const { headers } = await alice.api('GET', '/api/v3/user/tokens');
  expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
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

it('asks nobody but itself after a form that redirects', async () => {
  const page = await (await fetch(`${hub.url}/login`)).text();
  const form = /<form(?:(?!<\/form>).)*name="password".*?<\/form>/s.exec(page)?.[0] ?? '';
  const action = /&quot;id&quot;:&quot;([0-9a-f]+)&quot;/.exec(form)?.[1] ?? '';
  const body = new FormData();
  const state = '[{"outcome":"idle","attempt":0,"faults":{},"values":{}},"$K1"]';
  body.append('_1_to', '/');
  body.append('_1_login', alice.name);
  body.append('_1_password', alice.password);
  // Behind the fields that it names, or they are not there yet when it is read.
  body.append('0', state);
  const before = readFileSync(connections, 'utf8').length;
  const headers = { origin: hub.url, 'next-action': action, accept: 'text/x-component' };
  const answer = await fetch(`${hub.url}/login`, { method: 'POST', body, headers, redirect: 'manual' });
  expect(answer.headers.get('x-action-redirect')).toMatch(/^\/;/);
  expect(answer.headers.get('set-cookie')).toContain('granary_session');
  const asked = readFileSync(connections, 'utf8').slice(before).split('\n').filter(Boolean);
  expect(asked).not.toContain('3000');
  expect(asked).toContain(String(hub.port));
});
