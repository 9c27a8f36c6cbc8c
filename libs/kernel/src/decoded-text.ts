/** What Windows-1252 has where Latin-1 has control characters; the five that it leaves out stay what they are. */
const WESTERN = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/**
 * Bytes that say nothing of their encoding, as text: UTF-8, and what is none as Windows-1252, as which any bytes can be
 * read. Git takes messages that are no UTF-8 for Latin-1 too, which is a part of it.
 *
 * @param options.isCut `bytes` is the beginning of more: a character that the cut halved is left out.
 */
export function decodeBytes(bytes: Uint8Array, options: { isCut?: boolean } = {}): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, {
      stream: options.isCut ?? false,
    });
  } catch {
    return decodeWestern(bytes);
  }
}

/** Windows-1252. Node's own decoder of this name reads Latin-1. */
export function decodeWestern(bytes: Uint8Array): string {
  const latin1 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

  return latin1.replace(/[\u0080-\u009f]/g, (character) => WESTERN.charAt(character.charCodeAt(0) - 0x80));
}
