/** What `git lfs track` writes behind a pattern. */
export const LFS_ATTRIBUTES = 'filter=lfs diff=lfs merge=lfs -text';

/**
 * A path pattern of the hub (`compilePathGlob` in kernel) as one of .gitattributes that matches the same files.
 *
 * @returns null where .gitattributes has no word for it: `**` crosses slashes there only between two of them.
 * @see gitattributes(5), gitignore(5) "PATTERN FORMAT".
 */
export function attributePattern(pattern: string): string | null {
  // A directory's attributes are not those of its files.
  const whole = pattern.endsWith('/') ? `${pattern}**` : pattern;
  if (!whole.includes('/')) return escape(whole.replace(/\*+/g, '*'));
  const parts = whole.split('/');
  if (parts.some((part) => part.includes('**') && !/^\*+$/.test(part))) return null;
  return escape(parts.map((part) => (/^\*{2,}$/.test(part) ? '**' : part)).join('/'));
}

/** Everything but stars stands for itself here; there, brackets and question marks do not, and a blank ends the pattern. */
function escape(pattern: string): string {
  return pattern
    .replace(/[[\]?]/g, '\\$&')
    .replace(/^["#]/, '\\$&')
    .replaceAll(' ', '[[:space:]]');
}

/** The patterns of a .gitattributes file that are kept in LFS, as they are written there. */
export function lfsPatternsIn(gitattributes: string): Set<string> {
  const lines = gitattributes.split(/\r?\n/).map((line) => line.trim());
  const found = new Set<string>();
  for (const line of lines) {
    const [pattern, ...attributes] = line.split(/[ \t]+/);
    if (pattern && !pattern.startsWith('#') && attributes.includes('filter=lfs')) found.add(pattern);
  }
  return found;
}
