import { bytesOfPath, textOfPath } from '@granary/wire';

/**
 * Paths in git are bytes. Inside this folder they are strings with one character a byte (latin1), which compare, cut
 * and serve as keys without loss; these two are the way in and out.
 */
export function pathBytes(path: string): string {
  return bytesOfPath(path).toString('latin1');
}

/** For people. */
export function pathText(bytes: string): string {
  return textOfPath(Buffer.from(bytes, 'latin1'));
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
