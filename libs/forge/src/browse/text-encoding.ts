import { isUtf8 } from 'node:buffer';
import { decodeWestern } from '@granary/kernel';
import { looksLike, type AsianEncoding } from './asian-text';

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | AsianEncoding;

/** How many bytes git looks at to tell text from binary (buffer_is_binary in its xdiff-interface.c). */
export const SNIFF_BYTES = 8000;

/** More is not looked at to tell one encoding from another. */
const MAX_SAMPLE_BYTES = 64 * 1024;

/** Best first: kana tell the Japanese one from the other two, and Hangul the Korean one. */
const ASIAN: readonly AsianEncoding[] = ['shift_jis', 'euc-jp', 'euc-kr', 'gb18030'];

/** Git's own rule: a NUL byte near the start. UTF-16 with a byte order mark is text for a reader all the same. */
export function isBinary(start: Uint8Array): boolean {
  return utf16Of(start) === null && start.subarray(0, SNIFF_BYTES).includes(0);
}

/**
 * What a text is written in: UTF-16 by its byte order mark, UTF-8, else an East Asian encoding where nearly all of it is
 * plausible in that, else Windows-1252, as which any bytes can be read. The one place that decides it, for files and
 * for their diffs.
 *
 * @param options.isCut `bytes` is the beginning of more.
 */
export function encodingOf(bytes: Uint8Array, { isCut = false }: { isCut?: boolean } = {}): TextEncoding {
  const utf16 = utf16Of(bytes);
  if (utf16) return utf16;
  if (isUtf8(bytes) || (isCut && isUtf8(withoutCutCharacter(bytes)))) return 'utf-8';
  const sample = bytes.subarray(0, MAX_SAMPLE_BYTES);
  return ASIAN.find((encoding) => looksLike(encoding, sample) && isWhole(encoding, bytes, isCut)) ?? 'windows-1252';
}

/** The text without its byte order mark. Characters that `isCut` halves are left out. */
export function decodeAs(
  encoding: TextEncoding,
  bytes: Uint8Array,
  { isCut = false }: { isCut?: boolean } = {},
): string {
  if (encoding === 'windows-1252') return decodeWestern(bytes);
  return new TextDecoder(encoding).decode(bytes, { stream: isCut });
}

/** Text for a person. @see encodingOf */
export function decodeText(bytes: Uint8Array, options: { isCut?: boolean } = {}): string {
  return decodeAs(encodingOf(bytes, options), bytes, options);
}

export function isWide(encoding: TextEncoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}

function isWhole(encoding: AsianEncoding, bytes: Uint8Array, isCut: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}

/** A character has at most three bytes behind its first. */
function withoutCutCharacter(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && ((bytes[end - 1] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, Math.max(end - 1, 0));
}
