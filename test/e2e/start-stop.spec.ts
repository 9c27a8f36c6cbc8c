import { createConnection } from 'node:net';
import { once } from 'node:events';
import { eventually, Hub, startHub } from '../support';

it('drains at SIGTERM and leaves no process behind', async () => {
  const hub = await startHub();
  expect(hub.process.remaining().some(({ command }) => /postgres/.test(command))).toBe(true);
  expect(await hub.stop()).toBe(0);
  await eventually('no process left', () => hub.process.remaining().length === 0);
});

it('lets a request that is under way finish, and takes no new one', async () => {
  const hub = await startHub();
  const socket = createConnection(hub.port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  const ended = once(socket, 'close');
  const body = JSON.stringify({ login: 'nobody', password: 'wrong password' });
  socket.write(
    `POST /api/web/session HTTP/1.1\r\nHost: 127.0.0.1:${hub.port}\r\nOrigin: ${hub.url}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n`,
  );
  // The hub has begun this request once it asks for the body.
  await eventually('100 Continue', () => answer.includes('100 Continue'));
  hub.process.signal('SIGTERM');
  await eventually('no new connection', () =>
    fetch(`${hub.url}/health/live`).then(
      () => false,
      () => true,
    ),
  );
  expect(hub.process.hasExited).toBe(false);
  socket.write(body);
  await ended;
  expect(answer).toMatch(/HTTP\/1\.1 401/);
  expect(await hub.process.exit()).toBe(0);
});

it('stops when it is told to while it still starts, and leaves no process behind', async () => {
  const hub = await Hub.launchOnly();
  await eventually('Postgres being started', () => {
    hub.process.observe();
    return hub.process.remaining().some(({ command }) => /postgres/.test(command));
  });
  hub.process.signal('SIGTERM');
  await hub.process.exit();
  await eventually('no process left', () => hub.process.remaining().length === 0);
});

it('starts again on the same data after SIGTERM', async () => {
  const hub = await startHub();
  const alice = await hub.actor('alice');
  await alice.createRepository('kept');
  expect(await hub.stop()).toBe(0);
  await hub.restart();
  expect(await alice.api('GET', '/api/v3/repos/alice/kept')).toMatchObject({ status: 200 });
});
