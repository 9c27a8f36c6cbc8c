import { Fragment } from 'react';
import { splitHidden } from '@/lib/text/visible-text';

/** A run of code in which nothing hides: control characters and reordering marks are spelt out. */
export function VisibleText({ text }: { text: string }) {
  const pieces = splitHidden(text);
  if (pieces.length === 1 && pieces[0]?.kind === 'text') return text;
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? (
      <Fragment key={index}>{piece.text}</Fragment>
    ) : (
      <span key={index} className="hidden-character">
        {piece.label}
      </span>
    ),
  );
}
