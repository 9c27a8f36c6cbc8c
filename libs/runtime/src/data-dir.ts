import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '@granary/kernel';

/** What lies where below `GRANARY_DATA_DIR`. */
export interface DataDir {
  root: string;
  postgres: string;
  repositories: string;
  objects: string;
  git: string;
  /** Archives that are being made. */
  archives: string;
  ssh: string;
  /** The socket for an sshd in front of the hub, in a directory of its own. */
  sshGate: string;
  /** 32 bytes that every derived key comes from. Lost, webhook secrets cannot be read any more. */
  instanceSecret: Buffer;
}

const SECRET_BYTES = 32;

async function instanceSecret(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(randomBytes(SECRET_BYTES));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const secret = await readFile(path);
  if (secret.length === SECRET_BYTES) return secret;
  throw new DomainError('unavailable', `${path} does not hold ${SECRET_BYTES} bytes.`, {
    hint: 'Restore it from a backup: webhook secrets are encrypted with it.',
  });
}

const TROUBLE: Record<string, string> = {
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'lies on a read-only file system',
  ENOTDIR: 'is no directory',
  EEXIST: 'is no directory',
};

/** Makes the directories that are missing. @throws DomainError in one plain line. */
export async function openDataDir(root: string): Promise<DataDir> {
  try {
    await mkdir(root, { recursive: true });
    for (const name of ['repositories', 'objects', 'git', 'ssh', 'archives'])
      await mkdir(join(root, name), { recursive: true, mode: 0o755 });
    return {
      root,
      postgres: join(root, 'postgres'),
      repositories: join(root, 'repositories'),
      objects: join(root, 'objects'),
      git: join(root, 'git'),
      archives: join(root, 'archives'),
      ssh: join(root, 'ssh'),
      sshGate: join(root, 'ssh/gate/gate.sock'),
      instanceSecret: await instanceSecret(join(root, 'secret.key')),
    };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOSPC')
      throw new DomainError('storage_full', `The disk of the data directory ${root} is full.`, {
        hint: 'Free some space and start again.',
      });
    const trouble = TROUBLE[code];
    if (!trouble) throw error;
    throw new DomainError('unavailable', `The data directory ${root} ${trouble}.`, {
      hint: 'Set GRANARY_DATA_DIR to another place.',
    });
  }
}
