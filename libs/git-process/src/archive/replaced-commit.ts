import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ExtraEnvironment } from '../home/git-environment';
import type { GitHome } from '../home/git-home';
import { runGit } from '../process/run-git';

/** A git directory of its own in which a commit reads otherwise. */
export interface ReplacedCommit {
  /** In place of the repository's path. */
  path: string;
  env: ExtraEnvironment;
  /** Never fails. */
  remove(): Promise<void>;
}

/**
 * Makes git read `content` where it looks for the commit `oid`, whose id stays what it is. The repository itself is not
 * touched, and lends all its objects.
 *
 * @see git-replace(1); gitrepository-layout(5), "objects/info/alternates".
 */
export async function replaceCommit(
  home: GitHome,
  {
    repositoryPath,
    oid,
    content,
    signal,
  }: { repositoryPath: string; oid: string; content: Buffer; signal?: AbortSignal },
): Promise<ReplacedCommit> {
  const path = await mkdtemp(join(home.directory, 'replaced-'));
  const remove = (): Promise<void> => rm(path, { recursive: true, force: true }).catch(() => undefined);
  try {
    const write = async (name: string, text: string) => {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), `${text}\n`);
    };
    // Without it git takes the directory for none of its own.
    await mkdir(join(path, 'refs'));
    await write('HEAD', 'ref: refs/heads/none');
    await write('config', configFor(oid));
    await write('objects/info/alternates', join(repositoryPath, 'objects'));
    const args = ['hash-object', '-t', 'commit', '-w', '--stdin', '--literally'];
    const { stdout } = await runGit(home, { repositoryPath: path, signal, args, stdin: content });
    await write(`refs/replace/${oid}`, stdout.toString('latin1').trim());
    return { path, env: { GIT_NO_REPLACE_OBJECTS: undefined }, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function configFor(oid: string): string {
  const format = oid.length === 64 ? '\n[extensions]\n\tobjectFormat = sha256' : '';
  return `[core]\n\trepositoryFormatVersion = ${format === '' ? 0 : 1}\n\tbare = true${format}`;
}
