import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { spawnGit, type GitProcess, type SpawnGitOptions } from '../process/spawn-git';
import { BLOB_FORMAT, BlobReader, type SmallBlob } from './blob-reader';

export interface SmallBlobsOptions extends Pick<SpawnGitOptions, 'repositoryPath' | 'env' | 'signal' | 'priority'> {
  /** Ids to begin at; each must be there. */
  tips: readonly string[];
  /** What these reach is left out. */
  except?: readonly string[];
  /** Blobs of this many bytes or more are left out. */
  limitBytes: number;
  /**
   * Walk past objects that are gone, as beyond the old tips of a branch; without it they are a failure. A walk that may
   * not miss anything takes git's bitmaps, which know no paths.
   */
  mayMiss?: boolean;
  /** Give the first path of each. */
  withPaths?: boolean;
}

/**
 * Every small blob that `tips` reach, each once, with its content (git-rev-list(1), `--filter`). One process lists, one
 * reads; nothing is held but the blobs at hand. Leaving the loop ends both.
 *
 * @throws GitFailed, or the signal's reason: whoever has seen the end has seen all.
 */
export async function* smallBlobs(home: GitHome, options: SmallBlobsOptions): AsyncGenerator<SmallBlob> {
  if (options.tips.length === 0) return;
  const { repositoryPath, env, signal, priority } = options;
  const lister = await spawnGit(home, { repositoryPath, env, signal, priority, args: listing(options) });
  try {
    yield* readListed(home, options, lister);
  } finally {
    lister.stop();
    await lister.done;
  }
}

async function* readListed(home: GitHome, options: SmallBlobsOptions, lister: GitProcess): AsyncGenerator<SmallBlob> {
  const { repositoryPath, env, signal, priority } = options;
  const args = ['cat-file', BLOB_FORMAT, '--buffer'];
  const reader = await spawnGit(home, { repositoryPath, env, signal, priority, args });
  try {
    feed(lister, options);
    // When the reader dies early its pipe breaks; exit codes tell what happened.
    const piped = pipeline(lister.stdout, reader.stdin).catch(() => undefined);
    yield* readBlobs(reader.stdout, options.mayMiss ?? false);
    await piped;
    await requireSuccess('rev-list', lister, signal);
    await requireSuccess('cat-file', reader, signal);
  } finally {
    reader.stop();
    await reader.done;
  }
}

function listing({ limitBytes, mayMiss = false, withPaths = false }: SmallBlobsOptions): string[] {
  return [
    ...['rev-list', '--objects', '--filter=object:type=blob', `--filter=blob:limit=${limitBytes}`],
    // Tips are held to the filters too.
    '--filter-provided-objects',
    ...(mayMiss ? ['--missing=allow-any'] : []),
    ...(!mayMiss && !withPaths ? ['--use-bitmap-index'] : []),
    ...(withPaths ? [] : ['--no-object-names']),
    '--stdin',
  ];
}

function feed(lister: GitProcess, { tips, except = [] }: SmallBlobsOptions): void {
  lister.stdin.end([...tips, ...except.map((oid) => `^${oid}`)].join('\n') + '\n');
}

async function* readBlobs(output: Readable, mayMiss: boolean): AsyncGenerator<SmallBlob> {
  const blobs = new BlobReader(mayMiss);
  for await (const chunk of output as AsyncIterable<Buffer>) yield* blobs.push(chunk);
  blobs.finish();
}

async function requireSuccess(verb: string, git: GitProcess, signal: AbortSignal | undefined): Promise<void> {
  const { exitCode, stderr } = await git.done;
  signal?.throwIfAborted();
  if (exitCode !== 0) throw new GitFailed(verb, exitCode, stderr);
}
