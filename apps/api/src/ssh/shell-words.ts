/** One piece of a word: in single quotes, in double quotes, behind a backslash, or bare. */
const PIECE = /'([^']*)'|"((?:[^"\\$`]|\\["\\$`])*)"|\\([^\n])|([A-Za-z0-9_@%+=:,./-]+)/y;
const BLANKS = /[ \t]*/y;

/**
 * Splits a command into its words as a POSIX shell would, and never hands it to one.
 *
 * @returns null for whatever would make a shell do more than split: expansion, redirection, a list, an open quote.
 * @see POSIX.1-2017, Shell Command Language, section 2.2 "Quoting"; git's quote.c, `sq_quote_buf`.
 */
export function splitShellWords(line: string): string[] | null {
  const words: string[] = [];
  for (let at = skipBlanks(line, 0); at < line.length; at = skipBlanks(line, at)) {
    const word = readWord(line, at);
    if (word === null) return null;
    words.push(word.text);
    at = word.end;
  }
  return words;
}

function skipBlanks(line: string, at: number): number {
  BLANKS.lastIndex = at;
  BLANKS.exec(line);
  return BLANKS.lastIndex;
}

function readWord(line: string, start: number): { text: string; end: number } | null {
  let text = '';
  let end = start;
  while (end < line.length && line[end] !== ' ' && line[end] !== '\t') {
    PIECE.lastIndex = end;
    const piece = PIECE.exec(line);
    if (!piece) return null;
    const [, single, double, escaped, bare] = piece;
    text += single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? '';
    end = PIECE.lastIndex;
  }
  return { text, end };
}
