export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif';

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
