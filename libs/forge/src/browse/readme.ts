import type { TreeEntry } from './tree';

/** Best first. */
const EXTENSIONS = ['.md', '.markdown', '.mdown', '.mkdn', '.rst', '.adoc', '.txt', ''];

/** The file to show below a listing of its directory: `README.md` before `readme.txt` before `README`. */
export function findReadme<E extends Pick<TreeEntry, 'name' | 'type' | 'lfs'>>(entries: readonly E[]): E | null {
  const files = entries.filter((entry) => entry.type === 'blob' && !entry.lfs);
  for (const extension of EXTENSIONS) {
    const found = files.find((entry) => entry.name.toLowerCase() === `readme${extension}`);
    if (found) return found;
  }
  return null;
}
