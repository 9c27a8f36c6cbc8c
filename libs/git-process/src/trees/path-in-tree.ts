import { notFound } from '../repository/git-repository';

/** Git takes names that no file system could hold. More than this no address brings, and no program's arguments take. */
const MAX_PATH_LENGTH = 32_768;

/**
 * The path of an entry in a tree, from the root and without slashes around it; `''` is the root.
 * Line feeds and the like pass: git allows them in names, and no path is ever written where they would matter.
 *
 * @throws DomainError `not_found` for what cannot be a path in a tree: NUL, empty, `.` and `..` segments.
 */
export function parsePath(text: string): string {
  const path = text.replace(/\/+$/, '');
  if (path === '') return '';
  const segments = path.split('/');
  const isImpossible = segments.some((segment) => segment === '' || segment === '.' || segment === '..');
  if (isImpossible || path.includes('\0') || path.length > MAX_PATH_LENGTH) throw notFound('Path');
  return path;
}
