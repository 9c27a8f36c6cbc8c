import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { HashThread } from './hash-thread';
import { HashedBeside } from './hashed-beside';
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

describe('a large body', () => {
  const MIB = 1024 * 1024;
  const cut = (whole: Buffer, lengthBytes: number) =>
    Array.from({ length: Math.ceil(whole.length / lengthBytes) }, (_, n) =>
      whole.subarray(n * lengthBytes, (n + 1) * lengthBytes),
    );

  it.each([MIB, MIB + 1, 4 * MIB, 5 * MIB, 9 * MIB + 12_345])(
    'of %d bytes is measured as a small one',
    async (size) => {
      const whole = randomBytes(size);
      const expected = {
        sizeBytes: size,
        sha256: createHash('sha256').update(whole).digest('hex'),
        crc32: crc32(whole),
      };
      for (const lengthBytes of [65_536, 1_000_003, size]) {
        const meter = Readable.from(cut(whole, lengthBytes)).pipe(measure());
        expect((await buffer(meter)).equals(whole)).toBe(true);
        expect(meter.result()).toEqual(expected);
      }
    },
  );

  it('beside others does not take their bytes', async () => {
    const bodies = Array.from({ length: 6 }, (_, n) => randomBytes((n + 1) * MIB));
    const meters = bodies.map((body) => Readable.from(cut(body, 50_000)).pipe(measure()));
    await Promise.all(meters.map((meter) => buffer(meter)));
    expect(meters.map((meter) => meter.result().sha256)).toEqual(
      bodies.map((body) => createHash('sha256').update(body).digest('hex')),
    );
  });

  it('that breaks off leaves the next one alone', async () => {
    const broken = new PassThrough();
    const meter = broken.pipe(measure());
    broken.write(randomBytes(6 * MIB));
    meter.resume();
    await once(meter, 'data');
    meter.destroy();
    const whole = randomBytes(3 * MIB);
    const next = Readable.from(cut(whole, 65_536)).pipe(measure());
    await buffer(next);
    expect(next.result().sha256).toBe(createHash('sha256').update(whole).digest('hex'));
  });

  it('fails when its thread is lost, and the next one has another thread', async () => {
    const thread = new HashThread();
    const lost = new HashedBeside(thread);
    void lost.add(randomBytes(2 * MIB));
    await thread['worker']?.terminate();
    await expect(lost.finish()).rejects.toThrow('hashing thread ended');
    const next = new HashedBeside(thread);
    void next.add(Buffer.from('123456789'));
    expect(await next.finish()).toMatchObject({ crc32: 0xcbf43926 });
    await thread['worker']?.terminate();
  });
});
