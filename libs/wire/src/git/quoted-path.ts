import { ProtocolError } from '../protocol-error';
import { textOfPath } from './path-text';

const ESCAPES: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '"': 34, '\\': 92 };

/**
 * Reads a path at the start of `text` that git may have quoted: `"a/\303\244"`.
 *
 * @returns the path, as {@link textOfPath} writes it, and the number of characters read; an unquoted path is taken to the end of `text`.
 * @throws ProtocolError when a quote does not end or an escape is unknown.
 * @see git-config(1), "core.quotePath".
 */
export function takeQuotedPath(text: string): { path: string; length: number } {
  if (!text.startsWith('"')) return { path: text, length: text.length };
  const parts: Buffer[] = [];
  const token = /([^"\\]+)|\\([0-3][0-7]{2})|\\([abtnvfr"\\])|(")/y;
  token.lastIndex = 1;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [, plain, octal, escape, end] = match;
    if (end) return { path: textOfPath(Buffer.concat(parts)), length: token.lastIndex };
    if (plain) parts.push(Buffer.from(plain));
    else parts.push(Buffer.of(octal ? parseInt(octal, 8) : (ESCAPES[escape ?? ''] ?? 0)));
  }
  throw new ProtocolError(`A quoted path does not end: ${text}`);
}

/** A path that fills `text`, quoted or not. */
export function parseQuotedPath(text: string): string {
  const { path, length } = takeQuotedPath(text);
  if (length !== text.length) throw new ProtocolError(`Something follows a quoted path: ${text}`);
  return path;
}
