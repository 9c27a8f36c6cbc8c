import { all, createLowlight } from 'lowlight';
import { languageOf } from './language-of';

/** A run of text of one kind; `scope` is highlight.js's class (`hljs-keyword`), null for plain text. */
export interface Token {
  text: string;
  scope: string | null;
}
export type CodeLine = Token[];

/** Colours cost about a millisecond a KiB on the thread that also serves Git: large files go without. */
export const HIGHLIGHT_LIMIT_CHARACTERS = 128 * 1024;

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

/** Cuts tokens at line feeds: a comment over three lines becomes three tokens. The last line may be empty. */
export function splitLines(tokens: Iterable<Token>): CodeLine[] {
  let line: CodeLine = [];
  const lines = [line];
  for (const { text, scope } of tokens) {
    text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push((line = []));
      if (part !== '') line.push({ text: part, scope });
    });
  }
  return lines;
}

/**
 * The lines of a file, coloured where its name says how. As many lines as `wc -l` counts, and one more when the last
 * lacks its line feed. Carriage returns before line feeds are not shown.
 */
export function highlightLines(text: string, path: string): CodeLine[] {
  const code = text.replace(/\r\n/g, '\n').replace(/\n$/, '');
  if (code === '') return text === '' ? [] : [[]];
  const language = code.length <= HIGHLIGHT_LIMIT_CHARACTERS ? languageOf(path, lowlight.registered) : null;
  if (!language) return splitLines([{ text: code, scope: null }]);
  return splitLines(tokensOf(lowlight.highlight(language, code).children, null));
}
