import { uriEscape } from './uri-escape';

/** `Content-Disposition` of a download named `fileName` (RFC 6266; the second form carries what ASCII cannot). */
export function attachment(fileName: string): string {
  // A lone surrogate has no UTF-8 and cannot be escaped; Buffer makes it U+FFFD.
  const wellFormed = Buffer.from(fileName).toString();
  const ascii = fileName.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${uriEscape(wellFormed)}`;
}
