interface Format {
  type: string;
  /** Whether bytes begin as files of the format do. */
  begins(bytes: Buffer): boolean;
}

const at = (offset: number, signature: string) => (bytes: Buffer) =>
  bytes.subarray(offset, offset + signature.length).toString('latin1') === signature;

/** An SVG may have a declaration, comments and a document type before its first element. */
const SVG = /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]{0,2000}?-->\s*)?(<!DOCTYPE svg[^>[]*>\s*)?<svg[\s>]/;
const SVG_HEAD_BYTES = 4096;

const FORMATS: readonly Format[] = [
  { type: 'image/png', begins: at(0, '\x89PNG\r\n\x1a\n') },
  { type: 'image/jpeg', begins: at(0, '\xff\xd8\xff') },
  { type: 'image/gif', begins: (bytes) => at(0, 'GIF87a')(bytes) || at(0, 'GIF89a')(bytes) },
  { type: 'image/webp', begins: (bytes) => at(0, 'RIFF')(bytes) && at(8, 'WEBP')(bytes) },
  { type: 'image/avif', begins: (bytes) => at(4, 'ftypavif')(bytes) || at(4, 'ftypavis')(bytes) },
  { type: 'image/svg+xml', begins: (bytes) => SVG.test(bytes.subarray(0, SVG_HEAD_BYTES).toString('utf8')) },
];

/** The media type of an image that a page may show, by its own bytes, whatever a server says of it; null for others. */
export function imageTypeOfBytes(bytes: Buffer): string | null {
  return FORMATS.find(({ begins }) => begins(bytes))?.type ?? null;
}
