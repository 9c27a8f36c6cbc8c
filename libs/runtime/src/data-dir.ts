import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFile, DomainError, makeDurableDirectory } from '@granary/kernel';
import { holdsHub, PLACE_TROUBLE, placeTrouble } from './data-dir-place';

/** What lies where below `GRANARY_DATA_DIR`. */
export interface DataDir {
  root: string;
  /** No hub was here before. */
  isNew: boolean;
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
  // Whole or not at all: a start that is cut off, or another one beside it, must not see half a secret.
  if (!(await isThere(path))) await createFile(path, { content: randomBytes(SECRET_BYTES), mode: 0o600 });
  const secret = await readFile(path);
  if (secret.length === SECRET_BYTES) return secret;
  throw new DomainError('unavailable', `${path} does not hold ${SECRET_BYTES} bytes.`, {
    hint: 'Restore it from a backup: webhook secrets are encrypted with it.',
  });
}

/** The directories that each start makes where they are missing. */
export const DATA_DIRECTORIES = ['repositories', 'objects', 'git', 'ssh', 'archives'] as const;
/** Nothing that the hub, git or Postgres writes is for other accounts; what has to be, is given to them by name. */
const PRIVATE_UMASK = 0o077;

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Makes the directories that are missing. From then on this process and those that it starts make private files.
 * @throws DomainError in one plain line.
 */
export async function openDataDir(root: string): Promise<DataDir> {
  try {
    // Those above are not ours: they are made as the account's own umask says.
    await makeDurableDirectory(dirname(root), 0o777);
    process.umask(PRIVATE_UMASK);
    const isNew = !(await holdsHub(root));
    for (const name of DATA_DIRECTORIES) await makeDurableDirectory(join(root, name));
    return {
      root,
      isNew,
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
    const trouble = PLACE_TROUBLE[code];
    throw trouble ? placeTrouble(root, trouble) : error;
  }
}
