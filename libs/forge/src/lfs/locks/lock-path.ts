import { hasControls, invalidField, visible } from '@granary/kernel';

const MAX_PATH_BYTES = 4096;
/** C0, DEL, C1: a lock is shown on other people's terminals, and git-lfs prints its path as it is. */
/** Half of a surrogate pair would be stored as another character, and lock another file. */
const BROKEN = /\p{Surrogate}/u;

/** @throws DomainError `invalid` for what is no path of a file from the root of a repository. */
export function checkLockPath(path: string): void {
  const reason = faultOf(path);
  if (!reason) return;
  const right = spelledRight(path);
  const spelling = right === null ? '' : ` Lock it as: ${visible(right)}`;
  throw invalidField('path', `This path cannot be locked: ${reason}.${spelling}`, 'invalid');
}

function faultOf(path: string): string | null {
  if (hasControls(path)) return 'it holds a control character';
  if (BROKEN.test(path)) return 'it is no valid Unicode';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  if (path.startsWith('/')) return 'it must be relative to the root of the repository';
  const parts = path.split('/');
  if (parts.includes('') || parts.includes('.') || parts.includes('..')) return 'a part of it is empty, "." or ".."';
  return parts.some((part) => part.toLowerCase() === '.git') ? 'it lies in .git' : null;
}

/** What is meant by a path with needless parts; null where that is no file of the repository either. */
function spelledRight(path: string): string | null {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..' && parts.pop() === undefined) return null;
    if (part !== '' && part !== '.' && part !== '..') parts.push(part);
  }
  const right = parts.join('/');
  return right === '' || right === path || faultOf(right) !== null ? null : right;
}
