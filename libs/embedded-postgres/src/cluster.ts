import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { postgresFailure } from './failure';
import type { Home } from './home';

export const SUPERUSER = 'granary';
/** Nothing of the caller's environment: the server reads PGPORT, PGDATA and others of the family. */
export const ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * The data directory, made on the first start. A crash on the way leaves none: it is made beside and renamed.
 * @throws DomainError `unavailable`, with nothing touched, when another major version of Postgres wrote it.
 */
export async function ensureCluster(home: Home, binaries: Binaries): Promise<string> {
  const data = join(home.path, 'data');
  const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (version === undefined) await initialise(data, home, binaries);
  else if (Number(version) !== binaries.majorVersion) throw versionDiffers(data, version.trim(), binaries.majorVersion);
  return data;
}

/** initdb(1). */
async function initialise(data: string, { path, account }: Home, binaries: Binaries): Promise<void> {
  const fresh = `${data}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  if (account) await chown(fresh, account.uid, account.gid);
  const encoding = ['--encoding=UTF8', '--locale-provider=libc', '--locale=C'];
  const access = [`--username=${SUPERUSER}`, '--auth=trust'];
  await run(binaries.initdb, [`--pgdata=${fresh}`, ...access, ...encoding, '--no-instructions'], account);
  await rename(fresh, data);
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}

async function run(command: string, argv: string[], account: Account | undefined): Promise<void> {
  const identity = account && { uid: account.uid, gid: account.gid };
  const child = spawn(command, argv, { ...identity, cwd: '/', env: ENVIRONMENT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (output = (output + chunk.toString()).slice(-4096)));
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw postgresFailure('The database could not be created.', output);
}

function versionDiffers(data: string, found: string, ours: number): DomainError {
  const message = `The database in ${data} was written by Postgres ${found}; this Granary brings Postgres ${ours}.`;
  const hint = `Dump it with the Granary that wrote it and restore the dump, or serve it with a Postgres ${found} and set DATABASE_URL.`;
  return new DomainError('unavailable', message, { hint });
}
