import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SOCKET = 'socket';
/** A directory whose owner may be about to listen in it. */
const NEW_MS = 60_000;

/** A place for one Unix socket that only this account can reach. */
export interface SocketDirectory {
  /** Of mode 0600 in a directory of mode 0700. */
  readonly socketPath: string;
  remove(): Promise<void>;
}

/**
 * In the system's directory for temporary files: the path of a data directory may be longer than a socket's can be
 * (unix(7)). Directories of the same prefix where nobody listens are removed: those of processes that were killed.
 */
export function openSocketDirectory(prefix: string): SocketDirectory {
  // Of mode 0700 (mkdtemp(3)).
  const directory = mkdtempSync(join(tmpdir(), prefix));
  void removeAbandoned(tmpdir(), prefix).catch(() => undefined);
  return {
    socketPath: join(directory, SOCKET),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

async function removeAbandoned(parent: string, prefix: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const found = await stat(path).catch(() => null);
    const isNew = found === null || Date.now() - found.mtimeMs < NEW_MS;
    if (isNew || found.uid !== process.getuid?.() || (await listens(join(path, SOCKET)))) continue;
    await rm(path, { recursive: true, force: true });
  }
}

async function listens(path: string): Promise<boolean> {
  const socket = connect({ path });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
