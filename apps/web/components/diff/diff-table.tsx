import type { DiffFile, DiffHunk } from '@granary/api-contract';
import { Fragment, type ReactNode } from 'react';
import { VisibleText } from '@/components/code/code-text';
import { changedPartsOf, type ChangedPart } from '@/lib/diff/intraline';

/** A file's change as one column: old number, new number, text; the sign is the text's, by CSS. */
export function DiffTable({ file, label }: { file: DiffFile; label: string }) {
  return (
    <div className="overflow-x-auto">
      <table className="diff">
        <caption className="sr-only">{label}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Old line</th>
            <th scope="col">New line</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <tbody>
          {file.hunks.map((hunk, index) => (
            <Fragment key={index}>{hunkRows(hunk)}</Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function hunkRows(hunk: DiffHunk): ReactNode {
  const parts = changedPartsOf(hunk.lines);
  return (
    <>
      <tr className="diff-hunk">
        <td colSpan={3}>{VisibleText({ text: hunk.header })}</td>
      </tr>
      {hunk.lines.map((line, index) => (
        <tr key={index} className={`diff-${line.kind}`}>
          <td className="diff-number" data-line={line.old_line ?? undefined} />
          <td className="diff-number" data-line={line.new_line ?? undefined} />
          <td className="diff-text">{lineText(line.text, parts.get(index))}</td>
        </tr>
      ))}
    </>
  );
}

function lineText(text: string, changed: ChangedPart | undefined): ReactNode {
  if (!changed || changed.start === changed.end) return VisibleText({ text });
  return (
    <>
      {VisibleText({ text: text.slice(0, changed.start) })}
      <mark>{VisibleText({ text: text.slice(changed.start, changed.end) })}</mark>
      {VisibleText({ text: text.slice(changed.end) })}
    </>
  );
}
