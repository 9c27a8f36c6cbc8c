import { DomainError } from '@granary/kernel';

const SEGMENT = /^[A-Za-z0-9._-]{1,255}$/;
const MAX_KEY_LENGTH = 900;

/**
 * The one gate for keys: segments of `[A-Za-z0-9._-]` joined by `/`, none of them `.` or `..`.
 * The length leaves room for a prefix under the 1,024 bytes of S3 and the 4,096 of a path.
 *
 * @returns `key` unchanged.
 * @throws DomainError `invalid`.
 */
export function checkObjectKey(key: string): string {
  if (key.length <= MAX_KEY_LENGTH && key.split('/').every(isSegment)) return key;
  throw new DomainError('invalid', 'The object key is malformed.');
}

/** A key, or the beginning of one: the part behind the last `/` may be empty. `''` lists everything. */
export function checkObjectPrefix(prefix: string): string {
  const segments = prefix.split('/');
  const last = segments.pop() ?? '';
  const openEnded = last === '' || last === '.' || last === '..' || isSegment(last);
  if (prefix.length <= MAX_KEY_LENGTH && segments.every(isSegment) && openEnded) return prefix;
  throw new DomainError('invalid', 'The object prefix is malformed.');
}

function isSegment(segment: string): boolean {
  return SEGMENT.test(segment) && segment !== '.' && segment !== '..';
}
