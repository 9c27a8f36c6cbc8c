import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { identicon } from './identicon';

/** The chunks of a PNG, read as their lengths say. */
function chunksOf(png: Buffer): Map<string, Buffer> {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    chunks.set(png.toString('latin1', at + 4, at + 8), png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return chunks;
}

function bitsOf(png: Buffer, size: number): boolean[][] {
  const rows = inflateSync(chunksOf(png).get('IDAT') ?? Buffer.alloc(0));
  const rowBytes = rows.length / size;
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (__, x) => (((rows[y * rowBytes + 1 + (x >> 3)] ?? 0) << (x & 7)) & 0x80) !== 0),
  );
}

it('is a PNG of its size, the same on both sides, with an empty edge', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 12 }), (seed, n) => {
      const size = n * 12;
      const png = identicon(seed, size);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      const header = chunksOf(png).get('IHDR');
      expect([header?.readUInt32BE(0), header?.readUInt32BE(4)]).toEqual([size, size]);
      const bits = bitsOf(png, size);
      for (const row of bits) expect([...row].reverse()).toEqual(row);
      expect(bits[0]?.some(Boolean) || bits.at(-1)?.some(Boolean)).toBe(false);
    }),
  );
});

it('is the same for the same seed, and another for another', () => {
  expect(identicon('user:1', 420)).toEqual(identicon('user:1', 420));
  const many = new Set(Array.from({ length: 200 }, (_, n) => identicon(`user:${n}`, 60).toString('hex')));
  expect(many.size).toBe(200);
});

it('is small', () => expect(identicon('user:1', 512).length).toBeLessThan(2000));
