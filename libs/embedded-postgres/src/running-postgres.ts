import { resolve } from 'node:path';
import { SUPERUSER } from './cluster';
import type { EmbeddedPostgres, PostgresOptions } from './embedded-postgres';
import { systemFailure } from './failure';
import { findHome, SHARED_ROOT } from './home';
import { isOwned } from './owner-lock';
import { answers, makeSocketDirectory, socketIn } from './socket';

/**
 * The server of `dir` that another process started and keeps: for a command beside a running hub. It is that
 * process's to stop, and it goes away with it.
 *
 * @returns null when no process keeps one; what a killed process left running does not count.
 * @throws DomainError `unavailable` when the directory cannot be used.
 */
export async function findRunningPostgres(
  options: Pick<PostgresOptions, 'dir' | 'account' | 'sharedRoot'>,
): Promise<Pick<EmbeddedPostgres, 'host' | 'user' | 'database'> | null> {
  try {
    const { dir, account, sharedRoot = SHARED_ROOT } = options;
    const host = await makeSocketDirectory(await findHome({ dir: resolve(dir), account, sharedRoot }));
    const isRunning = (await isOwned(host)) && (await answers(socketIn(host)));
    return isRunning ? { host, user: SUPERUSER, database: 'postgres' } : null;
  } catch (error) {
    throw systemFailure('The embedded database could not be found', error);
  }
}
