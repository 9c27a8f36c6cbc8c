import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError, syncDirectory, visible } from '@granary/kernel';
import { strictOption } from '../home/fsck-policy';
import type { GitHome } from '../home/git-home';
import type { Quarantine } from '../hooks/push-hooks';
import { quarantineEnvironment } from '../hooks/quarantine';
import { GitFailed } from '../process/git-failed';
import { runGit } from '../process/run-git';
import type { ObjectFormat } from '../repository/repository';
import { formatPack } from './format-pack';
import type { NewObject } from './new-object';

export interface WriteObjectsOptions {
  repositoryPath: string;
  format: ObjectFormat;
  /** Each once. What they name must be among them or in the repository. */
  objects: readonly NewObject[];
  signal?: AbortSignal;
}

/** Objects beside a repository that does not see them yet. */
export interface QuarantinedObjects {
  quarantine: Quarantine;
  /** Makes them the repository's own; then refs may name them. */
  migrate(): Promise<void>;
  /** Removes what was not migrated. */
  discard(): Promise<void>;
}

/** The index last: it is what makes a pack be seen. */
const LAST = /\.idx$/;

/**
 * Writes objects as one pack into a quarantine of their own, as receive-pack would: checked by git for names and
 * formats that hurt clients, and for links that lead nowhere.
 *
 * The directory's name makes maintenance sweep it where this process is killed (sweep-stale.ts).
 *
 * @throws DomainError `invalid` with git's reason when an object does not pass its checks.
 */
export async function quarantineObjects(home: GitHome, options: WriteObjectsOptions): Promise<QuarantinedObjects> {
  const alternates = join(options.repositoryPath, 'objects');
  const objectDirectory = await mkdtemp(join(alternates, 'tmp_objdir-edit-'));
  const quarantine = { objectDirectory, alternates };
  const discard = () => rm(objectDirectory, { recursive: true, force: true });
  try {
    await mkdir(join(objectDirectory, 'pack'));
    await indexPack(home, options, quarantine);
  } catch (error) {
    await discard();
    throw error;
  }
  return { quarantine, migrate: () => migrate(objectDirectory, alternates), discard };
}

async function indexPack(home: GitHome, options: WriteObjectsOptions, quarantine: Quarantine): Promise<void> {
  const { repositoryPath, format, objects, signal } = options;
  try {
    await runGit(home, {
      repositoryPath,
      env: quarantineEnvironment(quarantine),
      args: ['index-pack', '--stdin', strictOption()],
      stdin: Readable.from(formatPack(format, objects), { objectMode: false }),
      maxOutputBytes: 4096,
      signal,
    });
  } catch (error) {
    const [, reason] = (error instanceof GitFailed && /^error: object [0-9a-f]+: (.*)$/m.exec(error.stderr)) || [];
    if (reason === undefined) throw error;
    throw new DomainError('invalid', `Git does not take this change: ${visible(reason)}`, { cause: error });
  }
}

async function migrate(from: string, to: string): Promise<void> {
  const names = await readdir(join(from, 'pack'));
  const packs = names.filter((name) => name.startsWith('pack-'));
  const inOrder = [...packs.filter((name) => !LAST.test(name)), ...packs.filter((name) => LAST.test(name))];
  await mkdir(join(to, 'pack'), { recursive: true });
  for (const name of inOrder) await rename(join(from, 'pack', name), join(to, 'pack', name));
  // A ref that names them is synced too: it must not outlive them.
  await syncDirectory(join(to, 'pack'));
}
