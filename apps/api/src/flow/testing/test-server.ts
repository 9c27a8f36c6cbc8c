import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export async function listen(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

/** Ends `server` with all its connections, and the clients that `sockets` holds. */
export async function closeAll(server: Server, sockets: Socket[]): Promise<void> {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
