import { createHash } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError } from '@granary/kernel';
import { canEnter, chooseAccount, type Account } from './account';

export const SHARED_ROOT = '/var/lib/granary';
const LOCATION = 'LOCATION';

export interface Home {
  /** Holds `data`, `run`, the log and, where needed, a copy of the binaries. */
  path: string;
  account: Account | undefined;
}

export interface HomeRequest {
  dir: string;
  account?: string;
  sharedRoot: string;
}

/**
 * Where the database of `dir` lives: in `dir` itself, or, when the account that root borrows cannot get there (below
 * root's home, say), in a directory of its own under `sharedRoot`. `dir/LOCATION` then tells where, and from then on
 * decides: data that exists is never passed over for an empty database.
 */
export async function findHome(request: HomeRequest): Promise<Home> {
  // Apart, since the mode would be that of every new directory on the way.
  await mkdir(dirname(request.dir), { recursive: true });
  await mkdir(request.dir, { recursive: true, mode: 0o700 });
  const dir = await realpath(request.dir);
  const located = await readLocation(dir);
  const path = await realpath(located ?? dir);
  const account = await chooseAccount(join(path, 'data'), request.account);
  if (located !== undefined || !account || (await letIn(account, dir))) return { path, account };
  if (await exists(join(dir, 'data'))) throw unreachable(dir, account);
  return { path: await moveOut(dir, request.sharedRoot, account), account };
}

async function moveOut(dir: string, sharedRoot: string, account: Account): Promise<string> {
  // Whatever the umask of the process that borrows the account.
  if (await mkdir(sharedRoot, { recursive: true })) await chmod(sharedRoot, 0o755);
  const path = homeUnder(await realpath(sharedRoot), dir);
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (!(await letIn(account, path))) throw unreachable(path, account);
  await writeLocation(dir, path);
  return path;
}

/** Whether `account` can enter `directory`; an empty one of root's is opened to it, as this one is for the database. */
async function letIn(account: Account, directory: string): Promise<boolean> {
  const facts = await stat(directory);
  if (facts.uid === 0 && (await readdir(directory)).length === 0) {
    await chown(directory, 0, account.gid);
    await chmod(directory, 0o710);
  }
  return canEnter(account, directory);
}

function homeUnder(sharedRoot: string, dir: string): string {
  return join(sharedRoot, createHash('sha256').update(dir).digest('hex').slice(0, 16));
}

async function writeLocation(dir: string, home: string): Promise<void> {
  const why = `The database of\n${dir}\nlies in the directory above, because Postgres cannot run as root and the
account it runs as cannot enter this one. Back up both. Do not remove this file.\n`;
  await writeFile(join(dir, LOCATION), `${home}\n${why}`);
}

/** The home that `dir/LOCATION` names, or `undefined` without one. Follows a `dir` that was moved; refuses a copy. */
async function readLocation(dir: string): Promise<string | undefined> {
  const text = await readIfThere(join(dir, LOCATION));
  if (text === undefined) return undefined;
  const [home = '', , formerDir = ''] = text.split('\n');
  if (!home.startsWith('/') || !(await exists(home))) throw lost(dir, home);
  if (formerDir === dir) return home;
  if ((await readIfThere(join(formerDir, LOCATION)))?.startsWith(`${home}\n`)) throw copied(dir, formerDir);
  await writeLocation(dir, home);
  return home;
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function unreachable(dir: string, account: Account): DomainError {
  const message = `Postgres runs as ${account.name}, which cannot enter ${dir}.`;
  return new DomainError('unavailable', message, {
    hint: 'Let it pass every directory above (chmod o+x), or move the data.',
  });
}

function lost(dir: string, home: string): DomainError {
  const message = `${join(dir, LOCATION)} says that the database lies in ${home || '(nothing)'}, but it is not there.`;
  return new DomainError('unavailable', message, {
    hint: 'Restore it, or remove the file to begin with an empty database.',
  });
}

function copied(dir: string, formerDir: string): DomainError {
  const message = `${dir} is a copy of ${formerDir}, and both name one database.`;
  return new DomainError('unavailable', message, {
    hint: `Remove ${join(dir, LOCATION)} to begin with an empty database.`,
  });
}
