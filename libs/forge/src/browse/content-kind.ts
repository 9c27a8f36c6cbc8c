import { decodeBytes } from '@granary/kernel';

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';

/** How many bytes git looks at to tell text from binary (buffer_is_binary in its xdiff-interface.c). */
export const SNIFF_BYTES = 8000;

const MAGIC: readonly (readonly [type: ImageType, pattern: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  ['image/avif', /^[^]{4}ftypavi[fs]/],
];

/** The type of an image that a browser shows without running anything. SVG is text here: it may hold scripts. */
export function sniffImage(start: Uint8Array): ImageType | null {
  const text = Buffer.from(start.subarray(0, 32)).toString('latin1');
  return MAGIC.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** Git's own rule: a NUL byte near the start. UTF-16 with a byte order mark is text for a reader all the same. */
export function isBinary(start: Uint8Array): boolean {
  return utf16Of(start) === null && start.subarray(0, SNIFF_BYTES).includes(0);
}

/**
 * Text for a person: UTF-16 by its byte order mark, else as {@link decodeBytes} reads what does not say what it is. The
 * mark is no part of the text. A commit's diff is read alike: patch-text.ts.
 */
export function decodeText(bytes: Uint8Array, options: { isCut?: boolean } = {}): string {
  const utf16 = utf16Of(bytes);
  if (utf16) return new TextDecoder(utf16).decode(bytes, { stream: options.isCut ?? false });
  return decodeBytes(bytes, options).replace(/^\ufeff/, '');
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : null;
}
