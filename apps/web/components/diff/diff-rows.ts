import type { DiffHunk, DiffLine } from '@granary/api-contract';
import { changedPartsOf, type ChangedPart } from '@/lib/diff/intraline';
import { markup, textMarkup, type Markup } from '@/lib/markup';
import { splitHidden } from '@/lib/text/visible-text';

const CLASSES: Record<DiffLine['kind'], string | null> = {
  context: null,
  add: 'add',
  delete: 'delete',
  no_newline: 'end',
};

/** The rows of a change as HTML, old number, new number, text; their classes are of the table (app/styles/diff.css). */
export function diffRows(hunks: readonly DiffHunk[]): string {
  return markup`${hunks.map(hunkRows)}`.html;
}

function hunkRows({ header, lines }: DiffHunk): Markup {
  const parts = changedPartsOf(lines);
  return markup`<tr class=hunk><td colspan=3>${visible(header)}</tr>${lines.map((line, index) =>
    lineRow(line, parts.get(index)),
  )}`;
}

function lineRow({ kind, old_line, new_line, text }: DiffLine, changed: ChangedPart | undefined): Markup {
  const look = CLASSES[kind];
  return markup`<tr${look && markup` class=${look}`}>${number(old_line)}${number(new_line)}<td>${lineText(text, changed)}</tr>`;
}

/** Drawn by CSS: numbers are not part of what is copied. */
function number(line: number | null): Markup {
  return line === null ? markup`<td>` : markup`<td data-line=${line}>`;
}

function lineText(text: string, changed: ChangedPart | undefined): Markup {
  if (!changed || changed.start === changed.end) return visible(text);
  const { start, end } = changed;
  return markup`${visible(text.slice(0, start))}<mark>${visible(text.slice(start, end))}</mark>${visible(text.slice(end))}`;
}

/** Text in which nothing hides, as `VisibleText` shows it. */
function visible(text: string): Markup {
  const pieces = splitHidden(text);
  return markup`${pieces.map((piece) =>
    piece.kind === 'text' ? textMarkup(piece.text) : markup`<span class=hidden-character>${piece.label}</span>`,
  )}`;
}
