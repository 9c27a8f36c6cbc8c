import { DomainError } from '@granary/kernel';
import type { ByteRange } from './object-store';

/** @throws DomainError `range_not_satisfiable` unless the ends are whole, ordered and not negative. */
export function checkByteRange(range: ByteRange): ByteRange {
  const whole = Number.isSafeInteger(range.start) && Number.isSafeInteger(range.end);
  if (whole && range.start >= 0 && range.end >= range.start) return range;
  throw rangeNotSatisfiable();
}

/** `range` cut at the end of an object of `sizeBytes` (RFC 9110, section 14.1.2). */
export function clampByteRange(range: ByteRange, sizeBytes: number): ByteRange {
  checkByteRange(range);
  if (range.start >= sizeBytes) throw rangeNotSatisfiable();
  return { start: range.start, end: Math.min(range.end, sizeBytes - 1) };
}

export function rangeNotSatisfiable(cause?: unknown): DomainError {
  return new DomainError('range_not_satisfiable', 'The object has no such byte range.', { cause });
}
