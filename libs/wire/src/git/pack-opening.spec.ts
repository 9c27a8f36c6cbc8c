import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { ScratchRepository } from '../testing/scratch-repository';
import { PackOpening } from './pack-opening';

const LARGE_BYTES = 300_000;

/** @returns the pack as a client would send it. */
function packWith(files: Readonly<Record<string, Buffer>>): Buffer {
  const repository = new ScratchRepository('sha1');
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(repository.path, path, '..'), { recursive: true });
      writeFileSync(join(repository.path, path), content);
    }
    repository.git(['add', '-A']);
    repository.git(['commit', '-q', '-m', 'files']);
    repository.git(['repack', '-adq']);
    const directory = join(repository.path, '.git/objects/pack');
    const [name = ''] = readdirSync(directory).filter((file) => file.endsWith('.pack'));
    return readFileSync(join(directory, name));
  } finally {
    repository.remove();
  }
}

function readInPieces(pack: Buffer, sizes: readonly number[], largerThanBytes = LARGE_BYTES - 1): PackOpening {
  const opening = new PackOpening({ largerThanBytes, idBytes: 20 });
  let at = 0;
  for (let turn = 0; at < pack.length && !opening.isRead; turn++) {
    const sizeBytes = sizes[turn % sizes.length] ?? 1;
    opening.read(pack.subarray(at, at + sizeBytes));
    at += sizeBytes;
  }
  return opening;
}

describe('the beginning of a pack', () => {
  let pack: Buffer;
  beforeAll(() => {
    const small = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`src/${at}.txt`, randomBytes(100 + at)]));
    pack = packWith({ ...small, 'big.bin': randomBytes(LARGE_BYTES) });
  });

  it('tells of a large file, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 5 }), (sizes) => {
        expect(readInPieces(pack, sizes).largeBlobBytes).toBe(LARGE_BYTES);
      }),
      { numRuns: 30 },
    );
  });

  it('tells of it before its content was sent', () => {
    const whole = readInPieces(pack, [pack.length]);
    expect(whole.largeBlobBytes).toBe(LARGE_BYTES);
    const early = readInPieces(pack.subarray(0, pack.length - LARGE_BYTES + 1000), [4096]);
    expect(early.largeBlobBytes).toBe(LARGE_BYTES);
  });

  it('tells of none where all are small', () => {
    expect(readInPieces(pack, [1000], LARGE_BYTES).largeBlobBytes).toBeNull();
  });

  it('comes to its end at whatever bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.integer({ min: 0, max: 200 }), (bytes, from) => {
        const opening = readInPieces(Buffer.concat([pack.subarray(0, from), bytes, Buffer.alloc(300_000)]), [10_000]);
        expect(opening.isRead).toBe(true);
      }),
    );
  });

  it('does not inflate what is small and would be huge', () => {
    const bomb = packWith({ 'a.bin': Buffer.alloc(64 * 1024 * 1024), 'big.bin': Buffer.alloc(LARGE_BYTES) });
    expect(bomb.length).toBeLessThan(LARGE_BYTES);
    const opening = readInPieces(bomb, [bomb.length], 100 * 1024 * 1024);
    expect([opening.isRead, opening.largeBlobBytes]).toEqual([true, null]);
  });
});
