import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { startPostgres } from '@granary/embedded-postgres';
import { workspace } from './workspace';

/** A Postgres as an administrator would run it: reached by its URL. */
export async function startDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const parent = workspace('database');
  await chmod(parent, 0o755);
  const { host, user, database, stop } = await startPostgres({ dir: join(parent, 'postgres') });
  // The socket's directory goes before the host (libpq, "Connection URIs").
  return { url: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host)}`, stop };
}
