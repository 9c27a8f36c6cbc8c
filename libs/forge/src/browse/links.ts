import type { LsTreeEntry } from '@granary/wire';
import { DomainError } from '@granary/kernel';
import { readGitPrefix, type BareRepository } from './bare-repository';
import { findEntry, kindOf } from './tree';

/** As Linux gives up: links that lead to each other have no end. */
const MAX_LINKS = 40;
const MAX_TARGET_BYTES = 4096;

/** Where a symbolic link at `path` points to within the repository; null when that lies outside of it. */
export function linkedPath(path: string, target: string): string | null {
  if (target === '' || target.startsWith('/') || target.includes('\0')) return null;
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

/**
 * What a symbolic link of a commit leads to, through as many links as it takes.
 *
 * @returns null when that is nothing, the root, or outside of the repository.
 */
export async function followLink(
  repository: BareRepository,
  { sha, entry }: { sha: string; entry: LsTreeEntry },
): Promise<LsTreeEntry | null> {
  let current: LsTreeEntry | null = entry;
  for (let links = 0; current && kindOf(current) === 'symlink'; links++) {
    if (links === MAX_LINKS) return null;
    current = await nextOf(repository, sha, current);
  }
  return current;
}

async function nextOf(repository: BareRepository, sha: string, link: LsTreeEntry): Promise<LsTreeEntry | null> {
  const { output, isCut } = await readGitPrefix(repository, ['cat-file', 'blob', link.oid], MAX_TARGET_BYTES);
  const path = isCut ? null : linkedPath(link.path, output.toString('utf8'));
  if (path === null || path === '') return null;
  try {
    return await findEntry(repository, { sha, path });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not_found') return null;
    throw error;
  }
}
