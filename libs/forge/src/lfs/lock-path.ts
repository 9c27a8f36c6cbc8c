import { invalidField } from '@granary/kernel';

const MAX_PATH_BYTES = 4096;

/** @throws DomainError `invalid` for what is no path of a file from the root of a repository. */
export function checkLockPath(path: string): void {
  const reason = faultOf(path);
  if (reason) throw invalidField('path', `This path cannot be locked: ${reason}.`, 'invalid');
}

function faultOf(path: string): string | null {
  if (path.includes('\0')) return 'it holds a NUL byte';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  if (path.startsWith('/')) return 'it must be relative to the root of the repository';
  const parts = path.split('/');
  if (parts.includes('') || parts.includes('.') || parts.includes('..')) return 'a part of it is empty, "." or ".."';
  return parts[0]?.toLowerCase() === '.git' ? 'it lies in .git' : null;
}
