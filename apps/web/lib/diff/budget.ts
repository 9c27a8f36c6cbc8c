import { HIDDEN_CHARACTERS, type DiffFile } from '@granary/api-contract';

/** Lines of one file, and of one page, that are shown without being asked for. */
const FILE_LINES = 1500;
const PAGE_LINES = 4000;
/** Characters of HTML, about, that a page may become by itself, and by the one file that was asked for. */
const PAGE_CHARACTERS = 1_500_000;
const OPENED_CHARACTERS = 3_000_000;
/** What a row, and the mark of a character that hides itself, add to their text. */
const ROW_CHARACTERS = 60;
const MARK_CHARACTERS = 60;

function lineCount(file: DiffFile): number {
  return file.hunks.reduce((sum, { lines }) => sum + lines.length, 0);
}

function characterCount(file: DiffFile): number {
  const ofText = (text: string) => text.length + MARK_CHARACTERS * (text.match(HIDDEN_CHARACTERS)?.length ?? 0);
  return file.hunks.reduce(
    (sum, { header, lines }) =>
      lines.reduce((rows, { text }) => rows + ROW_CHARACTERS + ofText(text), sum + ofText(header)),
    0,
  );
}

/**
 * Which files of a commit show their lines, by index: a page of ten thousand rows would be slow for everybody, and so
 * would a few rows of a mebibyte. The rest stay folded until somebody opens one; that one (`opened`) is shown unless no
 * page could hold it.
 */
export function shownFiles(files: DiffFile[], opened: number | null): Set<number> {
  const shown = new Set<number>();
  let [totalLines, totalCharacters] = [0, 0];
  files.forEach((file, index) => {
    const [lines, characters] = [lineCount(file), characterCount(file)];
    const fits =
      lines <= FILE_LINES && totalLines + lines <= PAGE_LINES && totalCharacters + characters <= PAGE_CHARACTERS;
    if (!fits && (index !== opened || characters > OPENED_CHARACTERS)) return;
    shown.add(index);
    totalLines += lines;
    totalCharacters += characters;
  });
  return shown;
}
