/** Files that git or git-lfs read themselves, in any directory: as pointers they would mean nothing to them. */
export const MUST_STAY_PLAIN = ['.gitattributes', '.gitignore', '.gitmodules', '.lfsconfig'];

export function mustStayPlain(path: string): boolean {
  return MUST_STAY_PLAIN.includes(path.slice(path.lastIndexOf('/') + 1));
}
