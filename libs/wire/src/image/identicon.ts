import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

const CELLS = 5;
/** Half a cell on each side. */
const SIDE = CELLS + 1;
const BACKGROUND = [0xf0, 0xf0, 0xf0] as const;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/**
 * A picture that tells one thing from another: five by five cells, the same on both sides, in a colour. Which follows from
 * `seed` alone. A PNG of two colours.
 *
 * @param sizePixels of a side; at least 6.
 * @see "Portable Network Graphics (PNG) Specification", sections 5, 9 and 11.
 */
export function identicon(seed: string, sizePixels: number): Buffer {
  const hash = createHash('sha256').update(seed).digest();
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sizePixels, 0);
  header.writeUInt32BE(sizePixels, 4);
  // One bit a pixel, an index into the palette.
  header.set([1, 3, 0, 0, 0], 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([...BACKGROUND, ...colourOf(hash)])),
    chunk('IDAT', deflateSync(pixels(hash, sizePixels))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(named, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}

/** Rows of bits, each behind a byte that says that it is not filtered. */
function pixels(hash: Buffer, sizePixels: number): Buffer {
  const rowBytes = 1 + Math.ceil(sizePixels / 8);
  const cellOf = (pixel: number) => Math.floor((pixel * SIDE) / sizePixels - 0.5);
  const rows = Buffer.alloc(rowBytes * sizePixels);
  for (let y = 0; y < sizePixels; y++) {
    for (let x = 0; x < sizePixels; x++) {
      if (!isFilled(hash, cellOf(x), cellOf(y))) continue;
      const at = y * rowBytes + 1 + (x >> 3);
      rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  return rows;
}

function isFilled(hash: Buffer, column: number, row: number): boolean {
  if (column < 0 || row < 0 || column >= CELLS || row >= CELLS) return false;
  const mirrored = Math.min(column, CELLS - 1 - column);
  return ((hash[mirrored * CELLS + row] ?? 0) & 1) === 1;
}

/** Of any hue, dark enough on the background. */
function colourOf(hash: Buffer): [number, number, number] {
  const hue = hash.readUInt16BE(30) / 0x10000;
  const channel = (shift: number) => {
    const k = (shift + hue * 12) % 12;
    return Math.round(255 * (0.45 - 0.25 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
