import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile, chmod } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Pgbouncer {
  /** For `DATABASE_URL`. */
  url: string;
  stop(): Promise<void>;
}

/**
 * Debian's pgbouncer in front of an embedded Postgres, with its settings as they come but for `mode`.
 *
 * @param server.host the directory of the server's socket.
 */
export async function startPgbouncer(
  server: { host: string; user: string; database: string },
  mode: 'session' | 'transaction' | 'statement',
): Promise<Pgbouncer> {
  const dir = await mkdtemp(join(tmpdir(), 'granary-pgbouncer-'));
  await chmod(dir, 0o755);
  const port = await freePort();
  await writeFile(join(dir, 'users'), `"${server.user}" ""\n`);
  await writeFile(
    join(dir, 'ini'),
    [
      '[databases]',
      `* = host=${server.host}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${join(dir, 'users')}`,
      `pool_mode = ${mode}`,
      'default_pool_size = 40',
    ].join('\n'),
  );
  // Only the account of the server may open its socket; and pgbouncer does not run as root.
  const { uid, gid } = await stat(server.host);
  const asOwner = process.getuid?.() === 0 ? { uid, gid } : {};
  const child = spawn('pgbouncer', ['-q', join(dir, 'ini')], { ...asOwner, stdio: 'ignore' });
  const failed = once(child, 'error').then(([error]) => {
    throw new Error('pgbouncer did not start: install the Debian package pgbouncer', { cause: error });
  });
  await Promise.race([answers(port), failed]);
  return {
    url: `postgres://${server.user}@127.0.0.1:${port}/${server.database}`,
    stop: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(dir, { recursive: true });
    },
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
