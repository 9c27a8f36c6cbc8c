import { runGit, type CatFile, type GitHome } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import type { ResolvedRef } from './archive-request';

const FULL_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const ABBREVIATED_ID = /^[0-9a-f]{7,63}$/;
const EXPLICIT = /^refs\/(heads|tags)\/(.+)$/;

export interface RefSource {
  objects: CatFile;
  home: GitHome;
  repositoryPath: string;
}

/**
 * The commit that `name` stands for: a branch, a tag, `HEAD`, `refs/heads/…` or `refs/tags/…`, a commit's id, whole or
 * by at least seven digits. `null` when it is none of them.
 *
 * @throws DomainError `conflict` for a branch and a tag of one name that are at different commits, `invalid` for a tag
 *   of something else than a commit.
 */
export async function resolveRef(source: RefSource, name: string): Promise<ResolvedRef | null> {
  const [, folder, rest] = EXPLICIT.exec(name) ?? [];
  const short = rest ?? name;
  const [branch, tag] = await Promise.all([
    folder === 'tags' ? null : commitOf(source, `refs/heads/${short}`),
    folder === 'heads' ? null : commitOf(source, `refs/tags/${short}`),
  ]);
  if (branch && tag && branch !== tag) throw ambiguous(name);
  if (branch) return { commit: branch, ref: short, kind: 'branch' };
  if (tag) return { commit: tag, ref: short, kind: 'tag' };
  if (folder !== 'heads' && (await source.objects.info(`refs/tags/${short}`))) throw noCommit(short);
  if (folder) return null;
  const commit = name === 'HEAD' ? await commitOf(source, 'HEAD') : await commitById(source, name);
  if (!commit) return null;
  return name === 'HEAD' ? { commit, ref: name, kind: 'branch' } : { commit, ref: commit, kind: 'commit' };
}

async function commitOf({ objects }: RefSource, name: string): Promise<string | null> {
  return (await objects.info(`${name}^{commit}`))?.oid ?? null;
}

async function commitById(source: RefSource, text: string): Promise<string | null> {
  if (FULL_ID.test(text)) return commitOf(source, text);
  if (!ABBREVIATED_ID.test(text)) return null;
  const { stdout, exitCode } = await runGit(source.home, {
    repositoryPath: source.repositoryPath,
    args: ['rev-parse', '--verify', '--quiet', '--end-of-options', `${text}^{commit}`],
    acceptExitCodes: [0, 1, 128],
    maxOutputBytes: 1024,
  });
  const commit = stdout.toString().trim();
  return exitCode === 0 && FULL_ID.test(commit) && commit.startsWith(text) ? commit : null;
}

function ambiguous(name: string): DomainError {
  return new DomainError('conflict', `"${name}" is a branch and a tag, and they are at different commits.`, {
    hint: `Ask for refs/heads/${name} or refs/tags/${name}.`,
  });
}

function noCommit(name: string): DomainError {
  return new DomainError('invalid', `The tag "${name}" names no commit, so that there is nothing to archive.`);
}
