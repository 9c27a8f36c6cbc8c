import { execFileSync } from 'node:child_process';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { deflateBound, deflateStream, gzipStream } from './deflate-stream';
import { collect, inChunks, noise } from './testing/entries';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

/** Text, noise and emptiness in long runs, as a tree of files brings them. */
const contents = fc
  .array(fc.tuple(fc.constantFrom('text', 'noise', 'zeros'), fc.nat({ max: 400_000 }), fc.nat()), { maxLength: 4 })
  .map((runs) =>
    Buffer.concat(
      runs.map(([kind, length, seed]) => {
        if (kind === 'noise') return noise(seed, length);
        return Buffer.alloc(length, kind === 'zeros' ? 0 : 'The quick brown fox jumps over the lazy dog.\n');
      }),
    ),
  );

describe('deflateStream', () => {
  it('gives back what went in, the same bytes however it came, and no more than its bound', async () => {
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1000, max: 300_000 }), async (content, chunkBytes) => {
        const packed = await collect(deflateStream(inChunks(content, chunkBytes)));
        expect(inflateRawSync(packed).equals(content)).toBe(true);
        expect(packed.equals(await collect(deflateStream(inChunks(content, 65_536))))).toBe(true);
        expect(packed.length).toBeLessThanOrEqual(deflateBound(content.length));
      }),
      { numRuns: 25 },
    );
  });

  it('compresses text about as well as one pass does, and does not swell noise', async () => {
    const text = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `line ${i} of ${i * i}\n`).join(''));
    const whole = execFileSync('gzip', ['-6', '-n', '-c'], { input: text, maxBuffer: 1e8 }).length;
    expect((await collect(deflateStream(inChunks(text, 65_536)))).length).toBeLessThan(whole * 1.02);
    const media = noise(1, 1_000_000);
    expect((await collect(deflateStream(inChunks(media, 65_536)))).length).toBeLessThanOrEqual(deflateBound(1_000_000));
  });

  it('passes a failure of its source on', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.alloc(600_000);
      throw new Error('gone');
    }
    await expect(collect(deflateStream(broken()))).rejects.toThrow('gone');
  });
});

describe('gzipStream', () => {
  it('is one gzip member without a time, which gzip and zlib take', async () => {
    const content = Buffer.concat([Buffer.alloc(700_000, 'abc'), noise(2, 300_000), Buffer.from('end')]);
    const packed = await collect(gzipStream(inChunks(content, 10_000)));
    expect(packed.readUInt32LE(4)).toBe(0);
    expect(gunzipSync(packed).equals(content)).toBe(true);
    expect(execFileSync('gzip', ['-d', '-c'], { input: packed, maxBuffer: 1e8 }).equals(content)).toBe(true);
    expect(packed.readUInt32LE(packed.length - 4)).toBe(content.length);
  });

  it('packs nothing into an empty member', async () => {
    expect(gunzipSync(await collect(gzipStream(inChunks(Buffer.alloc(0), 1)))).length).toBe(0);
  });
});
