import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesOfPath } from '@granary/wire';
import { outputOf, readGit } from '../process/ask-git';
import { GitFailed } from '../process/git-failed';
import { nulFields, nulTerminated } from '../process/nul-fields';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import type { GitRepository } from '../repository/git-repository';
import { assertOid } from './git-archive';

interface AttributeQuestion {
  /** Paths from the root; names that are not UTF-8 as bytes. May be of any number. */
  paths: Iterable<string | Buffer> | AsyncIterable<string | Buffer>;
  /** E.g. `['filter']`. */
  attributes: readonly string[];
}

export interface CheckAttributesOptions extends AttributeQuestion {
  /** The `.gitattributes` files of this commit count. */
  commitOid: string;
}

export interface CheckAttributesOfFilesOptions extends AttributeQuestion {
  /** The `.gitattributes` that count, by their paths from the root as `textOfPath` writes them. */
  files: readonly { path: string; oid: string }[];
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
export async function* checkAttributes(
  repository: GitRepository,
  options: CheckAttributesOptions,
): AsyncGenerator<PathAttributes> {
  const { commitOid } = options;
  assertOid(commitOid);
  const listing = (): Readable => outputOf(repository, ['ls-tree', '-r', '-z', '--full-tree', commitOid]);
  yield* ask(repository, options, () => attributeFiles(listing()));
}

/** As {@link checkAttributes}, where the attribute files are known: their objects need be in no commit. */
export async function* checkAttributesOfFiles(
  repository: GitRepository,
  options: CheckAttributesOfFilesOptions,
): AsyncGenerator<PathAttributes> {
  const { files } = options;
  for (const { oid } of files) assertOid(oid);
  const records = files.map(({ path, oid }) => Buffer.concat([Buffer.from(`100644 blob ${oid}\t`), bytesOfPath(path)]));
  yield* ask(repository, options, () => records);
}

async function* ask(
  repository: GitRepository,
  options: AttributeQuestion,
  records: () => Iterable<Buffer> | AsyncIterable<Buffer>,
): AsyncGenerator<PathAttributes> {
  const directory = await mkdtemp(join(repository.home.directory, 'attributes-'));
  try {
    const indexed = { ...repository, env: { ...repository.env, GIT_INDEX_FILE: join(directory, 'index') } };
    const stdin = Readable.from(nulTerminated(records()), { objectMode: false });
    await readGit(indexed, ['update-index', '-z', '--index-info'], { stdin });
    yield* askAttributes(indexed, options);
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
  { home, path: repositoryPath, signal, env }: GitRepository,
  { attributes, paths }: AttributeQuestion,
): AsyncGenerator<PathAttributes> {
  const git = await spawnGit(home, {
    repositoryPath,
    signal,
    env,
    args: ['check-attr', '-z', '--stdin', '--cached', ...attributes],
  });
  const asked = askAll(git, paths);
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
