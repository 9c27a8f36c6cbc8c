import { HIDDEN_IN_PROSE, hiddenLabel } from '@granary/api-contract';
import type { ElementContent, Root, RootContent } from 'hast';
import { SKIP, visit } from 'unist-util-visit';

/** A rehype plugin: in the text of a page no character overrides the order of others unseen. */
export function markHidden() {
  return (tree: Root): void => {
    visit(tree, 'text', ({ value }, index, parent) => {
      if (!parent || index === undefined) return;
      const pieces = piecesOf(value);
      if (pieces.length < 2 && pieces[0]?.type === 'text') return;
      (parent.children as RootContent[]).splice(index, 1, ...pieces);
      return [SKIP, index + pieces.length];
    });
  };
}

function piecesOf(text: string): ElementContent[] {
  const pieces: ElementContent[] = [];
  let end = 0;
  for (const match of text.matchAll(HIDDEN_IN_PROSE)) {
    if (match.index > end) pieces.push({ type: 'text', value: text.slice(end, match.index) });
    const properties = { className: ['hidden-character'] };
    const label = { type: 'text' as const, value: hiddenLabel(match[0]) };
    pieces.push({ type: 'element', tagName: 'span', properties, children: [label] });
    end = match.index + match[0].length;
  }
  if (end < text.length) pieces.push({ type: 'text', value: text.slice(end) });
  return pieces;
}
