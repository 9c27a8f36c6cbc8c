import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { measure } from './measure';

describe('measure', () => {
  it('knows the published check values', async () => {
    const meter = Readable.from([Buffer.from('1234'), Buffer.from('56789')]).pipe(measure());
    expect((await buffer(meter)).toString()).toBe('123456789');
    expect(meter.result()).toEqual({
      sizeBytes: 9,
      sha256: '15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225',
      crc32: 0xcbf43926,
    });
  });

  it('measures nothing', async () => {
    const meter = Readable.from([]).pipe(measure());
    await buffer(meter);
    const sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(meter.result()).toEqual({ sizeBytes: 0, sha256, crc32: 0 });
  });

  it('gives the same for every way to cut a body', async () => {
    const pieces = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, async (chunks) => {
        const whole = Buffer.concat(chunks);
        const meter = Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(measure());
        expect((await buffer(meter)).equals(whole)).toBe(true);
        const sha256 = createHash('sha256').update(whole).digest('hex');
        expect(meter.result()).toEqual({ sizeBytes: whole.length, sha256, crc32: crc32(whole) });
      }),
    );
  });

  it('has no result before the end', () => {
    expect(() => measure().result()).toThrow('has not ended');
  });
});
