import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';
import { answers } from './socket';

export interface OwnerLock {
  release(): Promise<void>;
}

const OWNER_SOCKET = 'owner.sock';

/** Whether some process holds the database whose sockets lie in `directory`. */
export function isOwned(directory: string): Promise<boolean> {
  return answers(join(directory, OWNER_SOCKET));
}

/**
 * Claims a database for this process, until it releases it or ends, however it ends. The claim is a listening socket:
 * the kernel closes it with the process, it works across containers that share the directory, and unlike a process id
 * it is never taken for another process's.
 *
 * @throws DomainError `unavailable` while another process holds it.
 */
export async function claimOwnership(directory: string): Promise<OwnerLock> {
  const path = join(directory, OWNER_SOCKET);
  if (await answers(path)) {
    const hint = 'Stop it first, or use another data directory.';
    throw new DomainError('unavailable', 'Another Granary process uses this database.', { hint });
  }
  await rm(path, { force: true });
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  await once(server, 'listening');
  server.unref();
  return {
    release: async () => {
      server.close();
      await once(server, 'close');
    },
  };
}
