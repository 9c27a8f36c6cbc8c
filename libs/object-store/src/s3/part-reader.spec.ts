import { Readable } from 'node:stream';
import { GIB, MIB } from '@granary/kernel';
import fc from 'fast-check';
import { BodySize } from '../body-size';
import { partSizeFor, readParts } from './part-reader';

async function cut(chunks: Uint8Array[], partSizeBytes: number) {
  const parts: { number: number; body: Buffer; last: boolean }[] = [];
  const memory = new Set<ArrayBufferLike>();
  for await (const part of readParts(Readable.from(chunks.map((c) => Buffer.from(c))), partSizeBytes, new BodySize())) {
    if (part.body.length > 0) memory.add(part.body.buffer);
    parts.push({ ...part, body: Buffer.from(part.body) });
  }
  return { parts, memory };
}

describe('readParts', () => {
  it('keeps the bytes, fills every part but the last, and uses two buffers', async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 1, max: 30 }), async (pieces, partSizeBytes) => {
        const { parts, memory } = await cut(pieces, partSizeBytes);
        const whole = Buffer.concat(pieces);
        expect(Buffer.concat(parts.map(({ body }) => body)).equals(whole)).toBe(true);
        expect(parts.map(({ number }) => number)).toEqual(parts.map((_, index) => index + 1));
        expect(parts.map(({ last }) => last)).toEqual(parts.map((_, index) => index === parts.length - 1));
        expect(parts.slice(0, -1).every(({ body }) => body.length === partSizeBytes)).toBe(true);
        expect(parts).toHaveLength(Math.max(1, Math.ceil(whole.length / partSizeBytes)));
        expect(memory.size).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('leaves a part alone while the next one fills', async () => {
    const reader = readParts(Readable.from([Buffer.from('aabbcc')]), 2, new BodySize());
    const first = (await reader.next()).value?.body as Buffer;
    await reader.next();
    expect(first.toString()).toBe('aa');
  });

  it('destroys its source when it is left', async () => {
    const source = new Readable({ read() {} });
    source.push('aabb');
    for await (const part of readParts(source, 2, new BodySize())) {
      expect(part.last).toBe(false);
      break;
    }
    expect(source.destroyed).toBe(true);
  });
});

describe('partSizeFor', () => {
  it.each([
    [0, 8 * MIB],
    [80_000 * MIB - 1, 8 * MIB],
    [80_000 * MIB, 8 * MIB],
    [80_000 * MIB + 1, 9 * MIB],
    [5 * 1024 * GIB, 525 * MIB],
  ])('cuts %d bytes into parts of %d', (sizeBytes, expected) => {
    expect(partSizeFor(sizeBytes, 8 * MIB)).toBe(expected);
    expect(Math.ceil(sizeBytes / expected)).toBeLessThanOrEqual(10_000);
  });

  it('leaves room for 150 GiB where no size is known', () => {
    expect(partSizeFor(undefined, 8 * MIB) * 10_000).toBeGreaterThan(150 * GIB);
  });
});
