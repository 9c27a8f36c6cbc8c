import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';
import type { Config } from './config';
import { holdsHub } from './data-dir-place';

/**
 * For commands, which work on a hub and make none.
 * @throws DomainError `unavailable` where the variables name no hub.
 */
export async function requireHub({ dataDir, databaseUrl }: Config): Promise<void> {
  if (!(await holdsHub(dataDir)))
    throw new DomainError('unavailable', `There is no hub in ${dataDir}.`, {
      hint: 'Set GRANARY_DATA_DIR as for the hub, in the environment or in granary.env, or start the hub once.',
    });
  if (databaseUrl === null && !(await hasDatabase(dataDir))) throw databaseElsewhere(dataDir);
}

/**
 * A hub that had a Postgres of its own would otherwise get an empty database, and know none of its repositories.
 * @throws DomainError `unavailable`
 */
export async function requireItsDatabase({ dataDir, databaseUrl }: Config): Promise<void> {
  if (databaseUrl !== null || (await hasDatabase(dataDir))) return;
  const repositories = await readdir(join(dataDir, 'repositories')).catch(() => []);
  if (repositories.length > 0) throw databaseElsewhere(dataDir);
}

/** Whether the embedded Postgres was ever started here. */
async function hasDatabase(dataDir: string): Promise<boolean> {
  const traces = ['data', 'LOCATION'].map((name) => stat(join(dataDir, 'postgres', name)));
  return (await Promise.allSettled(traces)).some(({ status }) => status === 'fulfilled');
}

function databaseElsewhere(dataDir: string): DomainError {
  return new DomainError(
    'unavailable',
    `DATABASE_URL is not set, and the hub in ${dataDir} has no database of its own.`,
    {
      hint: 'Set DATABASE_URL as before, in the environment or in granary.env.',
    },
  );
}
