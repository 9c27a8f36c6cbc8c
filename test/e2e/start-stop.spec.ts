import { createConnection } from 'node:net';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, Hub, startHub, WorkTree } from '../support';
import { gitPost, pkt } from '../support/git-wire';

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

it('tells a clone that is longer than the grace what cuts it, in the words of its protocol', async () => {
  const hub = await startHub({ ssh: false, env: { GRANARY_SHUTDOWN_GRACE_SECONDS: '1' } });
  const alice = await hub.actor('alice');
  await alice.createRepository('long');
  const tree = await WorkTree.clone(alice, 'alice/long');
  // More than all buffers on the way hold.
  writeFileSync(join(tree.cwd, 'noise'), randomBytes(48 * 1024 * 1024));
  await tree.ok('add', '-A');
  await tree.ok('commit', '-q', '-m', 'noise');
  await tree.ok('push', '-q', 'origin', 'HEAD:main');
  const want = (await tree.ok('rev-parse', 'HEAD')).trim();
  const path = 'alice/long';
  const clone = gitPost(alice, { service: 'git-upload-pack', path, headers: { 'git-protocol': 'version=2' } });
  clone.end(`${pkt('command=fetch\n')}0001${pkt(`want ${want}\n`)}${pkt('done\n')}0000`);
  const [response] = (await once(clone, 'response')) as [IncomingMessage];
  await once(response, 'readable');
  hub.process.signal('SIGTERM');
  await sleep(1_500);
  const received = await text(response.setEncoding('latin1')).catch((error: Error) => error.message);
  expect(received).toContain('\x03The hub is restarting; try again in a moment.');
  expect(await hub.process.exit()).toBe(0);
});
