import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';

type Release = () => Promise<void>;

/**
 * One hub per data directory. Two that start at the same moment, also beside what a crash left, do not both get it.
 * @returns what gives the lock back.
 * @throws DomainError `unavailable`, naming the process that has it.
 */
export async function lockDataDir(root: string): Promise<Release> {
  const path = join(root, 'hub.lock');
  const giveNameBack = await takeName(root);
  if (!giveNameBack) throw taken(root, await holderOf(path));
  const holder = await holderOf(path);
  if (holder && (await isAlive(holder, root))) {
    await giveNameBack();
    throw taken(root, holder);
  }
  try {
    await rm(path, { force: true });
    const fields = [process.pid, await startTime(process.pid), ...(await placeOf(root))];
    await writeFile(path, `${fields.join(' ')}\n`, { flag: 'wx' });
  } catch (error) {
    await giveNameBack();
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? taken(root, await holderOf(path)) : error;
  }
  return async () => {
    await rm(path, { force: true });
    await giveNameBack();
  };
}

/**
 * The directory's name among the system's abstract sockets (unix(7)), which exist on Linux alone: one process has it, and
 * it goes with that process, however that ends. Without such names, and between containers, the file alone decides.
 * @returns null when somebody has it.
 */
async function takeName(root: string): Promise<Release | null> {
  if (process.platform !== 'linux') return () => Promise.resolve();
  const { dev, ino } = await stat(root);
  const server = createServer().unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(`\0granary ${dev} ${ino}`, () => {
      resolve(() => new Promise((done) => server.close(() => done())));
    });
  });
}

interface Holder {
  pid: number;
  /** As {@link startTime}. */
  started: string;
  /** As {@link placeOf}; empty in locks of older versions. */
  place: string[];
}

async function holderOf(path: string): Promise<Holder | null> {
  const [pid = '', started = '', ...place] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ');
  return pid === '' ? null : { pid: Number(pid), started, place };
}

/**
 * A process of the same number that started at another time is not the one that locked; nor is one of another machine
 * or of another boot, and a lock that was copied with its directory is nobody's.
 */
async function isAlive({ pid, started, place }: Holder, root: string): Promise<boolean> {
  if (started === '' || (await startTime(pid)) !== started) return false;
  return place.length === 0 || place.join(' ') === (await placeOf(root)).join(' ');
}

/** The running machine, and the directory on its disk. */
async function placeOf(root: string): Promise<[boot: string, device: string, inode: string]> {
  const { dev, ino } = await stat(root);
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => hostname());
  return [boot.trim(), String(dev), String(ino)];
}

function taken(root: string, holder: Holder | null): DomainError {
  const which = holder ? ` (process ${holder.pid})` : '';
  return new DomainError('unavailable', `Another hub${which} runs on the data directory ${root}.`, {
    hint: 'Stop it first, or set GRANARY_DATA_DIR to another place.',
  });
}

/** When the process started, in the kernel's ticks (proc(5), stat field 22); '' when there is none. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat !== null) return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  return process.platform === 'linux' || !answersSignals(pid) ? '' : 'runs';
}

function answersSignals(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
