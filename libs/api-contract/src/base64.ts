import { z } from 'zod';

/**
 * Whether `text` is whole base64 (RFC 4648, section 4), with white space wherever: programs send lines of 60 or 76
 * digits. One pass without a copy: it may be the text of a file.
 */
export function isBase64(text: string): boolean {
  let digits = 0;
  let padding = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isDigit(code)) {
      if (padding > 0) return false;
      digits++;
    } else if (code === EQUALS) padding++;
    else if (!isBlank(code)) return false;
  }
  return (digits + padding) % 4 === 0 && padding <= 2 && (padding === 0 || digits > 0);
}

const EQUALS = 0x3d;

/** `A-Z a-z / 0-9 +`. */
const isDigit = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x2f && code <= 0x39) || code === 0x2b;

const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

export const Base64 = z.string().refine(isBase64, { error: 'content is no base64' });
