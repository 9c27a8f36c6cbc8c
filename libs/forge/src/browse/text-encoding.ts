import { isUtf8 } from 'node:buffer';
import { decodeWestern } from '@granary/kernel';
import { looksLike, type AsianEncoding } from './asian-text';

/** As `TextDecoder` calls it: one that is told apart, or one that `.gitattributes` names. */
export type TextEncoding = string;
type ToldEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | AsianEncoding;

/** What `.gitattributes` says of a file. */
export interface NamedEncoding {
  encoding: TextEncoding;
  /** `encoding`, which tells how to show what git holds; not `working-tree-encoding`, where git holds UTF-8. */
  isOfBlob: boolean;
}

interface EncodingOptions {
  /** The bytes are the beginning of more. */
  isCut?: boolean;
  named?: NamedEncoding | null;
}

/** How many bytes git looks at to tell text from binary (buffer_is_binary in its xdiff-interface.c). */
export const SNIFF_BYTES = 8000;

/** More is not looked at to tell one encoding from another. */
const MAX_SAMPLE_BYTES = 64 * 1024;

/** Best first: kana tell the Japanese one from the other two, and Hangul the Korean one. */
const ASIAN: readonly AsianEncoding[] = ['shift_jis', 'euc-jp', 'euc-kr', 'gb18030'];

/** Git's own rule: a NUL byte near the start. UTF-16 with a byte order mark is text for a reader all the same. */
export function isBinary(start: Uint8Array, { named = null }: Pick<EncodingOptions, 'named'> = {}): boolean {
  if (utf16Of(start) !== null || (named?.isOfBlob && isWide(named.encoding))) return false;
  return start.subarray(0, SNIFF_BYTES).includes(0);
}

/**
 * What a text is written in: UTF-16 by its byte order mark, what the attribute `encoding` names, UTF-8, what
 * `working-tree-encoding` names, which tools that do not know it have left in the blob; else an East Asian encoding where
 * nearly all of it is plausible in that, else Windows-1252, as which any bytes can be read. The one place that decides
 * it, for files and for their diffs.
 */
export function encodingOf(bytes: Uint8Array, { isCut = false, named = null }: EncodingOptions = {}): TextEncoding {
  const utf16 = utf16Of(bytes);
  if (utf16) return utf16;
  if (named?.isOfBlob) return named.encoding;
  if (isUtf8(bytes) || (isCut && isUtf8(withoutCutCharacter(bytes)))) return 'utf-8';
  if (named) return named.encoding;
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
export function decodeText(bytes: Uint8Array, options: EncodingOptions = {}): string {
  return decodeAs(encodingOf(bytes, options), bytes, options);
}

export function isWide(encoding: TextEncoding): boolean {
  return encoding === 'utf-16le' || encoding === 'utf-16be';
}

function utf16Of(bytes: Uint8Array): ToldEncoding | null {
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
