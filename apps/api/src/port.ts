import { createServer } from 'node:net';
import { DomainError } from '@granary/kernel';

/** @throws DomainError that names the port and its variable when nothing can listen there. */
export async function requireFreePort(host: string, port: number, variable: string): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) =>
      probe.once('error', reject).listen({ host, port, exclusive: true }, resolve),
    );
  } catch (cause) {
    throw portTrouble(cause, { host, port, variable });
  } finally {
    await new Promise((resolve) => probe.close(resolve));
  }
}

function portTrouble(cause: unknown, at: { host: string; port: number; variable: string }): unknown {
  const { host, port, variable } = at;
  const hint = `Set ${variable} to another port.`;
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new DomainError('unavailable', `Port ${port} on ${host} is taken by another process.`, { hint, cause });
    case 'EACCES':
      return new DomainError('unavailable', `Port ${port} may not be opened by this user.`, { hint, cause });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new DomainError('unavailable', `This machine has no address ${host}.`, {
        hint: 'Check GRANARY_HOST.',
        cause,
      });
    default:
      return cause;
  }
}
