import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { eventually, freePort, startHub, workspace } from '../support';
import { startDatabase } from '../support/database';

const WORKER = join(__dirname, '../../dist/apps/worker/src/main.js');

let database: Awaited<ReturnType<typeof startDatabase>>;

beforeAll(async () => {
  database = await startDatabase();
}, 60_000);

afterAll(() => database.stop());

it('serves in one process and works in another, over one database', async () => {
  const port = await freePort();
  const events: string[] = [];
  const receiver = createServer((request, response) => {
    events.push(String(request.headers['x-github-event']));
    request.resume();
    response.end();
  });
  receiver.listen(port, '127.0.0.1');
  await once(receiver, 'listening');
  const dataDir = join(workspace('split'), 'data');
  const env = { DATABASE_URL: database.url, GRANARY_WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${port}` };
  const hub = await startHub({ ssh: false, dataDir, env: { ...env, GRANARY_MODE: 'web' } });
  const alice = await hub.actor('alice');
  const path = await alice.createRepository('split');
  await alice.api('POST', `/api/v3/repos/${path}/hooks`, {
    config: { url: `http://127.0.0.1:${port}/` },
    events: ['push'],
  });
  // Nobody works yet: the event waits in the outbox.
  expect(events).toEqual([]);
  const worker = spawn(process.execPath, [WORKER], {
    env: { PATH: process.env.PATH, ...env, GRANARY_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await eventually('the ping, delivered by the worker', () => events.includes('ping'));
  } finally {
    worker.kill('SIGTERM');
    const [code] = (await once(worker, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await hub.stop()).toBe(0);
    receiver.close();
  }
});
