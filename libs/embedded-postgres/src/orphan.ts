import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';
import { isAlive, processesOf, readPostmasterFile, servesData } from './postmaster-file';
import type { ServerPaths } from './settings';
import { shutDown, waitUntil } from './shutdown';
import { answers, socketIn } from './socket';

/**
 * Ends a server that outlived the hub which started it. It is stopped rather than adopted, so that every start is the
 * same start: our settings, our log, our child. Call it with the ownership claimed, or it would end a living hub's.
 *
 * Also clears the way for a server whose lock files name a process that is none: after a reboot or in a new container
 * the number may belong to anyone, and Postgres would take it for a running server.
 */
export async function clearOrphan(paths: ServerPaths, patienceMs: number): Promise<void> {
  await endPostmaster(paths.data, patienceMs);
  const socket = socketIn(paths.socketDirectory);
  if (await answers(socket)) throw stillRunning('it answers on its socket, out of our sight');
  await rm(`${socket}.lock`, { force: true });
}

async function endPostmaster(data: string, patienceMs: number): Promise<void> {
  const left = await readPostmasterFile(data);
  if (!left) return;
  if (await servesData(left.pid, data)) {
    const ended = async () => !(await servesData(left.pid, data));
    if (!(await shutDown(left.pid, ended, patienceMs))) throw stillRunning(`process ${left.pid} does not end`);
  } else if (isAlive(left.pid)) {
    const alone = async () => (await processesOf(data)).length === 0;
    if (!(await waitUntil(alone, patienceMs))) throw stillRunning('some of its processes do not end');
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
}

function stillRunning(why: string): DomainError {
  return new DomainError('unavailable', `A former Postgres still uses this database: ${why}.`);
}
