import { savedName } from '@granary/kernel';
import { create } from 'content-disposition';

const BARE_NAME = /; filename=([^";]+)(?=;|$)/;

/**
 * `Content-Disposition` of a download (RFC 6266). The name is quoted also where it need not be, as everybody else's is:
 * scripts take it out by a pattern.
 */
export function attachment(fileName: string): string {
  return create(savedName(fileName)).replace(BARE_NAME, '; filename="$1"');
}
