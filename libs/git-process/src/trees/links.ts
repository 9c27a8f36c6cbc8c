import { linkedPath, type LsTreeEntry } from '@granary/wire';
import { DomainError } from '@granary/kernel';
import { withObjects } from '../cat-file/with-objects';
import { readBlobStart } from '../cat-file/read-blobs';
import type { GitRepository } from '../repository/git-repository';
import { findEntries, findEntry, kindOf } from './find-entries';

/** As Linux gives up: links that lead to each other have no end. */
const MAX_LINKS = 40;
const MAX_TARGET_BYTES = 4096;

/**
 * What a symbolic link of a commit leads to, through as many links as it takes.
 *
 * @returns null when that is nothing, the root, or outside of the repository.
 */
export async function followLink(
  repository: GitRepository,
  { sha, entry }: { sha: string; entry: LsTreeEntry },
): Promise<LsTreeEntry | null> {
  let current: LsTreeEntry | null = entry;
  for (let links = 0; current && kindOf(current) === 'symlink'; links++) {
    if (links === MAX_LINKS) return null;
    current = await nextOf(repository, sha, current);
  }
  return current;
}

async function nextOf(repository: GitRepository, sha: string, link: LsTreeEntry): Promise<LsTreeEntry | null> {
  const path = await targetOf(repository, link);
  if (path === null || path === '') return null;
  try {
    return await findEntry(repository, { sha, path: await realPath(repository, { sha, path, isFollowed: false }) });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return null;
    throw error;
  }
}

async function targetOf(repository: GitRepository, link: LsTreeEntry): Promise<string | null> {
  const { output, isCut } = await readBlobStart(repository, link.oid, MAX_TARGET_BYTES);
  return isCut ? null : linkedPath(link.path, output.toString('utf8'));
}

/**
 * Where a path leads through the linked directories on its way: `link/file` is `dir/file` where `link` points to `dir`.
 * What is not there stays as it is, and so does what leads out of the repository.
 *
 * @param place.isFollowed whether what the path ends at is followed, too, where it is a link.
 */
export async function realPath(
  repository: GitRepository,
  { sha, path, isFollowed }: { sha: string; path: string; isFollowed: boolean },
): Promise<string> {
  let current = path;
  for (let links = 0; links <= MAX_LINKS; links++) {
    if (current === '' || (await isThere(repository, { sha, path: current, isFollowed }))) return current;
    const step = await firstLink(repository, { sha, path: current, isFollowed });
    if (step === 'none') {
      return (await isThere(repository, { sha, path: current, isFollowed: false })) ? current : path;
    }
    if (step.leadsTo === null) return path;
    current = step.leadsTo;
  }
  return path;
}

/** Costs no process where the repository's readers share one, as for nearly every path that is asked for. */
function isThere(
  repository: GitRepository,
  { sha, path, isFollowed }: { sha: string; path: string; isFollowed: boolean },
): Promise<boolean> {
  return withObjects(repository, async (objects) => {
    const found = await objects.info(`${sha}:${path}`);
    return found !== null && (found.type === 'tree' || !isFollowed);
  });
}

/** The first link on the way, and the path with it taken: null where it leads out of the repository. */
async function firstLink(
  repository: GitRepository,
  { sha, path, isFollowed }: { sha: string; path: string; isFollowed: boolean },
): Promise<{ leadsTo: string | null } | 'none'> {
  const parts = path.split('/');
  const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  const found = await findEntries(repository, { sha, paths: isFollowed ? above : above.slice(0, -1) });
  const link = found.find((entry) => kindOf(entry) === 'symlink');
  if (!link) return 'none';
  const target = await targetOf(repository, link);
  const below = path.slice(link.path.length + 1);
  return { leadsTo: target === null ? null : [target, below].filter((part) => part !== '').join('/') };
}
