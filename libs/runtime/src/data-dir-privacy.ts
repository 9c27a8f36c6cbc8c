import { chmod, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Who has to get through the data directory to what is theirs below it. */
export interface WaysThrough {
  /** The embedded Postgres, where root lends it another account. */
  postgres: boolean;
  /** The account of an sshd in front, to the gate's socket. */
  gate: boolean;
}

const PRIVATE = 0o700;
/** To pass, not to look: names below cannot be listed. */
const PASSABLE = 0o711;
const PERMISSIONS = 0o777;
const READABLE = 0o066;
const SHARED = 0o1002;

/**
 * Leaves the data directory, and what lies in it, to the account of the hub alone; with a way through for those who
 * need one. What stands there open from before is closed.
 *
 * @returns lines for the person who started the hub.
 */
export async function closeDataDir(root: string, names: readonly string[], ways: WaysThrough): Promise<string[]> {
  const isShared = ((await stat(root)).mode & SHARED) === SHARED;
  const modes = new Map<string, number>();
  // Such as /tmp: closed, it would be missed by everybody else.
  if (!isShared) modes.set(root, ways.postgres || ways.gate ? PASSABLE : PRIVATE);
  for (const name of names) modes.set(join(root, name), ways.gate && name === 'ssh' ? PASSABLE : PRIVATE);
  const closed: string[] = [];
  const foreign: string[] = [];
  for (const [path, mode] of modes) {
    const outcome = await close(path, mode);
    if (outcome === 'closed') closed.push(path);
    if (outcome === 'foreign') foreign.push(path);
  }
  return [
    ...(closed.length > 0
      ? [`${closed.join(', ')} could be read by other accounts of this machine. From now on only the hub's can.`]
      : []),
    ...foreign.map(
      (path) => `${path} can be read by other accounts, and belongs to one, so that the hub cannot close it.`,
    ),
    ...(isShared ? [`The data directory ${root} is shared by everybody: give the hub a directory of its own.`] : []),
  ];
}

/** `closed` when others could read or write there until now, `foreign` when that cannot be changed. */
async function close(path: string, mode: number): Promise<'private' | 'closed' | 'foreign'> {
  const before = (await stat(path)).mode;
  const wasOpen = (before & READABLE) !== 0;
  try {
    if ((before & PERMISSIONS) !== mode) await chmod(path, (before & ~PERMISSIONS & 0o7777) | mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    return wasOpen ? 'foreign' : 'private';
  }
  return wasOpen ? 'closed' : 'private';
}
