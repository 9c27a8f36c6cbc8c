import { crc32, deflateRaw, constants, type ZlibOptions } from 'node:zlib';

/** A stored block of deflate holds at most this many bytes (RFC 1951, section 3.2.4). */
const STORED_BLOCK_BYTES = 65_535;
const SEGMENT_BYTES = 4 * STORED_BLOCK_BYTES;
/** How far back deflate can refer. */
const WINDOW_BYTES = 32 * 1024;
/** Two, so that one archive uses both a core for itself and leaves the rest of the thread pool to others. */
const SEGMENTS_IN_FLIGHT = 2;
const LEVEL = 6;
/** An empty last block. */
const END_OF_DEFLATE = Buffer.from([0x03, 0x00]);
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const SAMPLE_BYTES = 4096;

/**
 * Compresses `source` into one raw deflate stream (RFC 1951). It is cut into segments of a fixed size that are
 * compressed side by side in the thread pool, each with the end of the one before as its dictionary; what does not
 * shrink is stored. The bytes depend on the content alone, not on how it arrives.
 */
export async function* deflateStream(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const running: Promise<Buffer>[] = [];
  let dictionary: Buffer = Buffer.alloc(0);
  for await (const segment of segments(source)) {
    const done = deflateSegment(segment, dictionary);
    // Awaited in its turn; until then a failure must not count as unhandled.
    done.catch(() => undefined);
    running.push(done);
    dictionary = segment.subarray(-WINDOW_BYTES);
    if (running.length >= SEGMENTS_IN_FLIGHT) yield (await running.shift()) ?? END_OF_DEFLATE;
  }
  for (const done of running) yield await done;
  yield END_OF_DEFLATE;
}

/** The most that {@link deflateStream} makes of `sizeBytes` bytes: all of them stored. */
export function deflateBound(sizeBytes: number): number {
  return sizeBytes + 5 * Math.ceil(sizeBytes / STORED_BLOCK_BYTES) + END_OF_DEFLATE.length;
}

/** One gzip member without name and time (RFC 1952), so that equal content gives equal bytes. */
export async function* gzipStream(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let crc = 0;
  let sizeBytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      crc = crc32(chunk, crc);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  yield GZIP_HEADER;
  yield* deflateStream(counted());
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  yield trailer;
}

/** Compresses a small buffer whole, outside the event loop. */
export function deflateWhole(content: Buffer): Promise<Buffer> {
  return deflate(content, { level: LEVEL });
}

async function deflateSegment(segment: Buffer, dictionary: Buffer): Promise<Buffer> {
  if (looksRandom(segment)) return storedBlocks(segment);
  const packed = await deflate(segment, {
    level: LEVEL,
    finishFlush: constants.Z_SYNC_FLUSH,
    ...(dictionary.length > 0 ? { dictionary } : {}),
  });
  return packed.length < segment.length ? packed : storedBlocks(segment);
}

function deflate(content: Buffer, options: ZlibOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    deflateRaw(content, options, (error, packed) => (error ? reject(error) : resolve(packed)));
  });
}

function storedBlocks(segment: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < segment.length; at += STORED_BLOCK_BYTES) {
    const content = segment.subarray(at, at + STORED_BLOCK_BYTES);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(content.length, 1);
    head.writeUInt16LE(~content.length & 0xffff, 3);
    pieces.push(head, content);
  }
  return Buffer.concat(pieces);
}

/**
 * Whether the bytes of a sample are spread as evenly as those of compressed media: then trying to compress is time
 * lost. The sum of squared counts is smallest for an even spread.
 */
function looksRandom(segment: Buffer): boolean {
  if (segment.length < 4 * SAMPLE_BYTES) return false;
  const counts = new Uint32Array(256);
  const strideBytes = Math.floor(segment.length / SAMPLE_BYTES);
  for (let i = 0; i < SAMPLE_BYTES; i++) {
    const byte = segment[i * strideBytes] ?? 0;
    counts[byte] = (counts[byte] ?? 0) + 1;
  }
  const squares = counts.reduce((sum, count) => sum + count * count, 0);
  return squares < 1.1 * (SAMPLE_BYTES + (SAMPLE_BYTES * (SAMPLE_BYTES - 1)) / 256);
}

/** The bytes of `source` in buffers of {@link SEGMENT_BYTES}; the last may be shorter. */
async function* segments(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let segment = Buffer.allocUnsafe(SEGMENT_BYTES);
  let filled = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const copied = chunk.copy(segment, filled, at);
      at += copied;
      filled += copied;
      if (filled < SEGMENT_BYTES) continue;
      yield segment;
      segment = Buffer.allocUnsafe(SEGMENT_BYTES);
      filled = 0;
    }
  }
  if (filled > 0) yield segment.subarray(0, filled);
}
