import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canEnter, type Account } from './account';
import type { Home } from './home';
import { ensurePrivateDirectory } from './private-directory';

/** Only names the socket: nothing listens on TCP. */
export const PORT = 5432;
const SOCKET = `.s.PGSQL.${PORT}`;
/** unix(7): `sun_path` has 108 bytes, the last of them NUL. */
const MAX_SOCKET_PATH_BYTES = 107;

/** The directory of the socket, entered by Postgres and by us alone: whoever gets in needs no password. */
export async function makeSocketDirectory(home: Home): Promise<string> {
  const near = join(home.path, 'run');
  const directory = fits(near) ? near : join(await shortRoot(home.account), nameFor(home.path));
  await ensurePrivateDirectory(directory, home.account);
  return directory;
}

export function socketIn(directory: string): string {
  return join(directory, SOCKET);
}

/** Whether a server accepts connections at `socketPath`. */
export function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

function fits(directory: string): boolean {
  return Buffer.byteLength(socketIn(directory)) <= MAX_SOCKET_PATH_BYTES;
}

/** The same for every process that starts this database, so that they find each other. */
function nameFor(home: string): string {
  return `granary-postgres-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
}

async function shortRoot(account: Account | undefined): Promise<string> {
  const root = tmpdir();
  await mkdir(root, { recursive: true });
  const good = fits(join(root, nameFor(''))) && (account === undefined || (await canEnter(account, root)));
  return good ? root : '/tmp';
}
