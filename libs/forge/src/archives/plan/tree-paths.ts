/**
 * Paths in git are bytes. Inside this folder they are strings with one character a byte (latin1), which compare, cut
 * and serve as keys without loss; these two are the way in and out.
 */
export function pathBytes(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

/** For people: bytes that are not UTF-8 become U+FFFD. */
export function pathText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Whether `path` is one of `roots` or lies below one. */
export function isWithin(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path === root || path.startsWith(`${root}/`));
}

/** `a/b/c` → `a`, `a/b`. */
export function parentDirectories(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
    parents.push(path.slice(0, slash));
  return parents;
}
