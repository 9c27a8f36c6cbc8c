import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesOfPath } from '@granary/wire';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { nulFields, nulTerminated } from '../process/nul-fields';
import { runGit } from '../process/run-git';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { streamGit } from '../process/stream-git';
import { assertOid } from './git-archive';

interface AttributeQuestion {
  repositoryPath: string;
  /** Paths from the root; names that are not UTF-8 as bytes. May be of any number. */
  paths: Iterable<string | Buffer> | AsyncIterable<string | Buffer>;
  /** E.g. `['filter']`. */
  attributes: readonly string[];
  signal?: AbortSignal;
}

export interface CheckAttributesOptions extends AttributeQuestion {
  /** The `.gitattributes` files of this commit count. */
  commitOid: string;
}

export interface CheckAttributesOfFilesOptions extends AttributeQuestion {
  /** The `.gitattributes` that count, by their paths from the root as `textOfPath` writes them. */
  files: readonly { path: string; oid: string }[];
  /** Shows git the quarantine of a push. */
  env?: Record<string, string>;
}

export interface PathAttributes {
  path: Buffer;
  /** In the order of the attributes asked for: `unspecified`, `set`, `unset` or a value. */
  values: string[];
}

/**
 * The attributes of paths as git reads them at a commit (gitattributes(5)), in the order of the paths. Both ways are
 * streamed: neither paths nor answers are held in memory.
 *
 * `check-attr --source` came with git 2.40 only. An index in a temporary place says the same to every version, and
 * only `.gitattributes` need to stand in it, so that a commit of a million paths costs no million entries.
 *
 * @throws GitFailed when git fails, the signal's reason when it fires, and whatever `paths` throws.
 */
export async function* checkAttributes(home: GitHome, options: CheckAttributesOptions): AsyncGenerator<PathAttributes> {
  const { repositoryPath, commitOid, signal } = options;
  assertOid(commitOid);
  const listing = (): Readable =>
    streamGit(home, { repositoryPath, signal, args: ['ls-tree', '-r', '-z', '--full-tree', commitOid] });
  yield* ask(home, options, { records: () => attributeFiles(listing()), env: {} });
}

/** As {@link checkAttributes}, where the attribute files are known: their objects need be in no commit. */
export async function* checkAttributesOfFiles(
  home: GitHome,
  options: CheckAttributesOfFilesOptions,
): AsyncGenerator<PathAttributes> {
  const { files, env = {} } = options;
  for (const { oid } of files) assertOid(oid);
  const records = files.map(({ path, oid }) => Buffer.concat([Buffer.from(`100644 blob ${oid}\t`), bytesOfPath(path)]));
  yield* ask(home, options, { records: () => records, env });
}

async function* ask(
  home: GitHome,
  options: AttributeQuestion,
  from: { records: () => Iterable<Buffer> | AsyncIterable<Buffer>; env: Record<string, string> },
): AsyncGenerator<PathAttributes> {
  const { repositoryPath, signal } = options;
  const directory = await mkdtemp(join(home.directory, 'attributes-'));
  try {
    const env = { ...from.env, GIT_INDEX_FILE: join(directory, 'index') };
    const stdin = Readable.from(nulTerminated(from.records()), { objectMode: false });
    await runGit(home, { repositoryPath, signal, env, args: ['update-index', '-z', '--index-info'], stdin });
    yield* askAttributes(home, options, env);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** The records of `ls-tree` that name a `.gitattributes`; `update-index --index-info` takes them as they are. */
async function* attributeFiles(listing: Readable): AsyncGenerator<Buffer> {
  for await (const records of nulFields(listing)) {
    yield* records.filter((record) =>
      /^\d+ blob [0-9a-f]+\t(?:.*\/)?\.gitattributes$/s.test(record.toString('latin1')),
    );
  }
}

async function* askAttributes(
  home: GitHome,
  options: AttributeQuestion,
  env: Record<string, string>,
): AsyncGenerator<PathAttributes> {
  const { repositoryPath, signal, attributes } = options;
  const git = await spawnGit(home, {
    repositoryPath,
    signal,
    env,
    args: ['check-attr', '-z', '--stdin', '--cached', ...attributes],
  });
  const asked = askAll(git, options.paths);
  try {
    yield* answers(git.stdout, attributes.length);
    const exit = await git.done;
    const failure = await asked;
    signal?.throwIfAborted();
    if (failure) throw failure.cause;
    if (exit.exitCode !== 0) throw new GitFailed('check-attr', exit.exitCode, exit.stderr);
  } finally {
    git.stop();
    await git.done;
  }
}

/** Writes while the answers are read, as neither side could finish otherwise. Answers what `paths` threw. */
async function askAll(git: GitProcess, paths: AttributeQuestion['paths']): Promise<{ cause: unknown } | null> {
  let failure: { cause: unknown } | null = null;
  const watched = async function* (): AsyncGenerator<Buffer> {
    try {
      yield* nulTerminated(paths);
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  };
  await pipeline(watched, git.stdin).catch(() => undefined);
  return failure;
}

async function* answers(stdout: Readable, attributeCount: number): AsyncGenerator<PathAttributes> {
  let fields: Buffer[] = [];
  for await (const batch of nulFields(stdout)) {
    fields = fields.concat(batch);
    let taken = 0;
    for (; taken + 3 * attributeCount <= fields.length; taken += 3 * attributeCount) {
      const group = fields.slice(taken, taken + 3 * attributeCount);
      yield { path: group[0] as Buffer, values: group.filter((_, index) => index % 3 === 2).map(String) };
    }
    fields = fields.slice(taken);
  }
}
