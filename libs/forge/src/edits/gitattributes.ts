const LFS_ATTRIBUTES = 'filter=lfs diff=lfs merge=lfs -text';
const EXTENSION_PATTERN = /^\*\.[A-Za-z0-9._-]+$/;

/**
 * A line that marks a file for Git LFS.
 *
 * @param path from the directory of the `.gitattributes`.
 * @param pattern the rule's that the file met: taken as it is where it means the same to git, `*.ext` above all.
 * @see gitattributes(5); git-lfs's own `track --filename` escapes blanks in the same way.
 */
export function lfsLine(path: string, pattern: string | null = null): string {
  const subject = pattern !== null && EXTENSION_PATTERN.test(pattern) ? pattern : exactPattern(path);
  return `${subject} ${LFS_ATTRIBUTES}`;
}

/**
 * The pattern that matches this path alone. The slash in front ties it to the directory, and lets it begin with what
 * would be a comment, a negation or a quote.
 */
export function exactPattern(path: string): string {
  return `/${path.replace(/[\\*?[]/g, '\\$&').replace(/\s/g, (blank) => (blank <= ' ' ? '[[:space:]]' : blank))}`;
}

/** The text with `lines` at its end, each once; there the last word is theirs. */
export function withLines(text: string, lines: readonly string[]): string {
  const present = new Set(text.split(/\r?\n/));
  const missing = [...new Set(lines)].filter((line) => !present.has(line));
  if (missing.length === 0) return text;
  const begun = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${begun}${missing.join('\n')}\n`;
}

/** The directories from the file's own up to the root, which is `''`. */
export function directoriesAbove(path: string): string[] {
  const names = path.split('/').slice(0, -1);
  return names.map((_, at) => names.slice(0, names.length - at).join('/')).concat('');
}
