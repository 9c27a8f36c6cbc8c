import { DomainError } from '@granary/kernel';

export interface ByteRange {
  start: number;
  /** Inclusive. */
  end: number;
}

/**
 * The single range of a `Range` header, cut to the body (RFC 9110, section 14.2). A header of another form, or with
 * several ranges, is ignored, as the RFC allows.
 * @throws DomainError `range_not_satisfiable`
 */
export function parseRange(header: string | undefined, sizeBytes: number): ByteRange | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return null;
  if (start >= sizeBytes || start > end) {
    throw new DomainError(
      'range_not_satisfiable',
      `The object has ${sizeBytes} bytes; the range lies behind its end.`,
      {
        details: { size_bytes: sizeBytes },
      },
    );
  }
  return { start, end };
}
