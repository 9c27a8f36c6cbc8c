import { savedName } from '@granary/kernel';
import { uriEscape } from './uri-escape';

/** `Content-Disposition` of a download named `fileName` (RFC 6266; the second form carries what ASCII cannot). */
export function attachment(fileName: string): string {
  const name = savedName(fileName);
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `attachment; filename="${ascii}"; filename*=UTF-8''${uriEscape(name)}`;
}
