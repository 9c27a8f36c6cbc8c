import { all, createLowlight } from 'lowlight';
import { languageOf } from './language-of';
import { splitLines, type CodeLine, type Token } from './code-lines';

const lowlight = createLowlight(all);
type HighlightNode = ReturnType<typeof lowlight.highlight>['children'][number];

export const highlightLanguages = all;

function scopeOf(node: Extract<HighlightNode, { type: 'element' }>): string | null {
  const classes = node.properties['className'];
  return Array.isArray(classes) && typeof classes[0] === 'string' ? classes[0] : null;
}

/** Flattens nested scopes: the innermost decides. */
function* tokensOf(nodes: HighlightNode[], scope: string | null): Generator<Token> {
  for (const node of nodes) {
    if (node.type === 'text') yield { text: node.value, scope };
    if (node.type === 'element') yield* tokensOf(node.children as HighlightNode[], scopeOf(node) ?? scope);
  }
}

/**
 * The lines of a file, coloured where its name says how.
 *
 * @param code without carriage returns and without its last line feed.
 */
export function highlightLines(code: string, path: string): CodeLine[] {
  const language = languageOf(path, lowlight.registered);
  if (!language) return splitLines([{ text: code, scope: null }]);
  return splitLines(tokensOf(lowlight.highlight(language, code).children, null));
}
