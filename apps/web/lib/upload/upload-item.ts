import type { UploadStorage } from '@granary/api-contract';

/** A file of the upload page, from when it is chosen until it is committed. */
export interface UploadItem {
  path: string;
  sizeBytes: number;
  state: 'waiting' | 'sending' | 'here' | 'failed';
  sentBytes: number;
  /** Once it is here. */
  id: string | null;
  /** How it will be stored, and whether that can be chosen; null while the hub has not said. */
  storage: UploadStorage | null;
  fault: string | null;
}

export type UploadChange = { path: string } & Partial<Omit<UploadItem, 'path'>>;

/** The list with a file added (replacing one of its path), changed, or taken out. */
export function withItem(items: readonly UploadItem[], item: UploadItem): UploadItem[] {
  return [...items.filter(({ path }) => path !== item.path), item].sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function withChange(items: readonly UploadItem[], change: UploadChange): UploadItem[] {
  return items.map((item) => (item.path === change.path ? { ...item, ...change } : item));
}

/** In a few words, for those who do not see the bars. */
export function progressText(items: readonly UploadItem[]): string {
  if (items.length === 0) return '';
  const here = items.filter(({ state }) => state === 'here').length;
  const failed = items.filter(({ state }) => state === 'failed').length;
  const all = `${here} of ${items.length} ${items.length === 1 ? 'file is' : 'files are'} ready`;
  return failed === 0 ? `${all}.` : `${all}, ${failed} failed.`;
}

export function storageText({ lfs, reason, pattern }: UploadStorage): string {
  if (!lfs) return 'Git';
  const why = {
    required_pattern: `by the rule ${pattern}`,
    required_size: 'by its size',
    attributes: 'by .gitattributes',
  };
  return reason === null || reason === 'large' ? 'Git LFS' : `Git LFS, ${why[reason]}`;
}
