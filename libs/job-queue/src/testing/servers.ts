import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Only the specs need a server, and a server is what the neighbour on this floor has.
// eslint-disable-next-line @nx/enforce-module-boundaries
import { startPostgres } from '@granary/embedded-postgres';
import type { JobQueueOptions } from '../job-queue';

/** A real server that a spec can take away and bring back. */
export interface TestServer {
  connection: JobQueueOptions['connection'];
  start(): Promise<void>;
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

export function postgresServer(): TestServer {
  const dir = mkdtempSync(join(tmpdir(), 'granary-queue-'));
  const postgres = { host: '', user: '', database: '' };
  let running: { stop(): Promise<void> } | undefined;
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    connection: { postgres },
    start: async () => {
      const started = await startPostgres({ dir });
      Object.assign(postgres, { host: started.host, user: started.user, database: started.database });
      running = started;
    },
    stop,
    dispose: async () => {
      await stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Redis from Debian's package redis-server, which forgets everything when it stops. */
export async function redisServer(): Promise<TestServer> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  const stop = async () => {
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    child = undefined;
  };
  return {
    connection: { redisUrl: `redis://127.0.0.1:${port}` },
    start: async () => {
      child = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
        stdio: 'ignore',
      });
      const failed = once(child, 'error').then(([error]) => {
        throw new Error('redis-server did not start: install the Debian package redis-server', { cause: error });
      });
      await Promise.race([answers(port), failed]);
    },
    stop,
    dispose: stop,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
