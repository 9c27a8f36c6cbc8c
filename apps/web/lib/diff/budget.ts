import type { DiffFile } from '@granary/api-contract';

/** Lines of one file, and of one page, that are shown without being asked for. */
const FILE_LINES = 1500;
const PAGE_LINES = 4000;

function lineCount(file: DiffFile): number {
  return file.hunks.reduce((sum, { lines }) => sum + lines.length, 0);
}

/**
 * Which files of a commit show their lines, by index: a page of ten thousand rows would be slow for everybody.
 * The rest stay folded until somebody opens one; that one (`opened`) is always shown.
 */
export function shownFiles(files: DiffFile[], opened: number | null): Set<number> {
  const shown = new Set<number>();
  let total = 0;
  files.forEach((file, index) => {
    const lines = lineCount(file);
    const fits = lines <= FILE_LINES && total + lines <= PAGE_LINES;
    if (!fits && index !== opened) return;
    shown.add(index);
    total += lines;
  });
  return shown;
}
