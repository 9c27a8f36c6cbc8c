import { followLink, kindOf, type GitRepository } from '@granary/git-process';
import { readTextStart, type TextStart } from './blob';
import type { TreeEntry } from './tree';

/** Best first. */
const EXTENSIONS = ['.md', '.markdown', '.mdown', '.mkdn', '.rst', '.adoc', '.txt', ''];

/**
 * The file to show below a listing of its directory: `README.md` before `readme.txt` before `README`. A symbolic link is
 * one, too: what it leads to is not known yet.
 */
export function findReadme<E extends Pick<TreeEntry, 'name' | 'type' | 'lfs'>>(entries: readonly E[]): E | null {
  const files = entries.filter((entry) => (entry.type === 'blob' || entry.type === 'symlink') && !entry.lfs);
  for (const extension of EXTENSIONS) {
    const found = files.find((entry) => entry.name.toLowerCase() === `readme${extension}`);
    if (found) return found;
  }
  return null;
}

export interface Readme extends TextStart {
  /** As the directory has it. */
  path: string;
  /** Where its text lies, and its relative links begin: elsewhere, where it is a symbolic link. */
  textPath: string;
}

/** The text of {@link findReadme}; null where there is none, or a link that leads to none. */
export async function readReadme(
  repository: GitRepository,
  { sha, entries, limitBytes }: { sha: string; entries: readonly TreeEntry[]; limitBytes: number },
): Promise<Readme | null> {
  const file = findReadme(entries);
  if (!file) return null;
  const { path, mode, oid } = file;
  const entry = { path, mode, oid, type: 'blob' as const, sizeBytes: file.blobSizeBytes };
  const target = file.type === 'symlink' ? await followLink(repository, { sha, entry }) : entry;
  if (!target || kindOf(target) !== 'blob') return null;
  const start = await readTextStart(repository, { sha, ...target }, limitBytes);
  return start && { ...start, path, textPath: target.path };
}
