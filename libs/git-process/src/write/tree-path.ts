import { hasAsciiControls, invalidField } from '@granary/kernel';

const MAX_PATH_BYTES = 4096;
const MAX_NAME_BYTES = 255;

/** Code points that HFS+ leaves out of names (git: utf8.c, next_hfs_char). */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;

/** @throws DomainError `invalid` for a path under which no file may be put. */
export function checkTreePath(path: string): void {
  const fault = faultOfTreePath(path);
  if (fault) throw invalidField('path', `path contains a malformed path component: ${fault}`, 'invalid');
}

/**
 * Why a commit must not hold a file at this path, or null. Git's own rules (read-cache.c, verify_path), with the names
 * that only macOS and Windows take for `.git`, whatever clones the repository.
 */
export function faultOfTreePath(path: string): string | null {
  if (path === '') return 'it is empty';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  if (/\p{Surrogate}/u.test(path)) return 'it is not well-formed Unicode';
  if (hasAsciiControls(path)) return 'it holds a control character';
  if (path.includes('\\')) return 'it holds a backslash, which parts directories on Windows';
  for (const name of path.split('/')) {
    const fault = faultOfName(name);
    if (fault) return fault;
  }
  return null;
}

function faultOfName(name: string): string | null {
  if (name === '') return 'a slash stands at its beginning, at its end or beside another one';
  if (name === '.' || name === '..') return `"${name}" is no name`;
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `a name in it is longer than ${MAX_NAME_BYTES} bytes`;
  return isDotGit(name) ? `"${name}" belongs to Git` : null;
}

/** `.git` as any file system may read it. Windows drops dots and blanks at the end, and what stands behind a colon. */
function isDotGit(name: string): boolean {
  if (name.replace(IGNORED_BY_HFS, '').toLowerCase() === '.git') return true;
  return /^(?:\.git|git~1)[. ]*(?::.*)?$/i.test(name);
}
