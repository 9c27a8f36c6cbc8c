import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { GIB } from '@granary/kernel';
import fc from 'fast-check';
import { arbitraryEntries } from './testing/arbitrary-entry';
import { collect, entries, entry, inChunks, noise } from './testing/entries';
import { inspectZip } from './testing/inspect';
import { zipNameOf } from './zip-names';
import { writeZip } from './zip-writer';

// Other programs are started, on machines that may be busy.
jest.setTimeout(120_000);

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'granary-zip-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('writeZip', () => {
  it('is read by Python, unzip, and bsdtar without seeking, as it was meant', async () => {
    const path = join(directory, 'arbitrary.zip');
    await fc.assert(
      fc.asyncProperty(arbitraryEntries, async (facts) => {
        const zip = await collect(
          writeZip(
            entries(
              facts.map((fact) => fact.entry),
              'a comment',
            ),
          ),
        );
        await writeFile(path, zip);
        const { entries: found, comment } = await inspectZip(path);
        expect(comment).toBe('a comment');
        expect(found).toEqual(
          facts.map(({ entry: { path: name, type, mode, mtimeSeconds, linkPath }, content }) => ({
            name: zipNameOf(name).toString('latin1'),
            type,
            mode,
            mtimeSeconds: Math.max(mtimeSeconds - (mtimeSeconds % 2), Date.UTC(1980, 0, 1) / 1000),
            exactSeconds: mtimeSeconds,
            sizeBytes: type === 'symlink' ? linkPath.length : content.length,
            sha256: sha256(type === 'symlink' ? linkPath : content),
            method: expect.any(Number),
            flags: expect.any(Number),
          })),
        );
        if (facts.length > 0) execFileSync('unzip', ['-qqt', path]);
        const listed = execFileSync('bsdtar', ['-tf', '-'], { input: zip }).toString().split('\n').length - 1;
        expect(listed).toBe(facts.length);
      }),
      { numRuns: 20 },
    );
  });

  it('stores a stream whose CRC is known with sizes in front, and lets any other be found by its own end', async () => {
    const media = noise(1, 300_000);
    const streamed = { content: inChunks(media, 50_000), sizeBytes: media.length };
    const zip = await collect(
      writeZip(
        entries([
          entry({ path: Buffer.from('known'), ...streamed, crc32: crc32(media) }),
          entry({ path: Buffer.from('unknown'), ...streamed, content: inChunks(media, 7_000) }),
          entry({ path: Buffer.from('text'), content: Buffer.alloc(1000, 'text') }),
          entry({ path: Buffer.from('größe'), content: Buffer.from([1, 2, 3]) }),
          entry({ path: Buffer.from([0x66, 0xff]), content: Buffer.alloc(0) }),
        ]),
      ),
    );
    await writeFile(join(directory, 'methods.zip'), zip);
    const { entries: found } = await inspectZip(join(directory, 'methods.zip'));
    expect(found.map(({ name, method, flags }) => [name, method, flags])).toEqual([
      ['known', 0, 0],
      ['unknown', 8, 0x8],
      ['text', 8, 0],
      [Buffer.from('größe').toString('latin1'), 0, 0x800],
      ['f\xff', 0, 0],
    ]);
    expect(zip.readUInt32LE(14)).toBe(crc32(media));
    expect(zip.readUInt32LE(18)).toBe(media.length);
    expect(execFileSync('bsdtar', ['-xOf', '-', 'unknown'], { input: zip, maxBuffer: 1e7 }).equals(media)).toBe(true);
    expect(execFileSync('bsdtar', ['-xOf', '-', 'known'], { input: zip, maxBuffer: 1e7 }).equals(media)).toBe(true);
  });

  it.each([65_534, 65_535])('writes %i entries, with the zip64 end records from 65,535 on', async (count) => {
    const list = Array.from({ length: count }, (_, i) => entry({ path: Buffer.from(`f${i}`) }));
    const path = join(directory, `${count}.zip`);
    const zip = await collect(writeZip(entries(list, 'c')));
    expect(zip.includes(Buffer.from([0x50, 0x4b, 6, 6]), zip.length - 200)).toBe(count >= 65_535);
    await writeFile(path, zip);
    expect(execFileSync('zipinfo', ['-h', path]).toString()).toContain(`number of entries: ${count}`);
    expect(execFileSync('bsdtar', ['-tf', path]).toString().split('\n').length - 1).toBe(count);
  });

  it('passes 4 GiB in an entry and in offsets', async () => {
    const block = Buffer.alloc(8 * 1024 * 1024);
    const blocks = (4 * GIB) / block.length;
    let crc = 0;
    for (let i = 0; i < blocks; i++) crc = crc32(block, crc);
    async function* zeros(): AsyncGenerator<Buffer> {
      for (let i = 0; i < blocks; i++) yield block;
    }
    const path = join(directory, 'huge.zip');
    await writeSparse(
      path,
      writeZip(
        entries([
          entry({ path: Buffer.from('huge'), content: zeros(), sizeBytes: 4 * GIB, crc32: crc }),
          entry({ path: Buffer.from('after'), content: Buffer.from('still here') }),
        ]),
      ),
    );
    const { entries: found } = await inspectZip(path, 1024);
    expect(found.map(({ name, sizeBytes, method, sha256: hash }) => [name, sizeBytes, method, hash])).toEqual([
      ['huge', 4 * GIB, 0, ''],
      ['after', 10, 0, sha256(Buffer.from('still here'))],
    ]);
    expect(execFileSync('unzip', ['-p', path, 'after']).toString()).toBe('still here');
    expect(execFileSync('zipinfo', ['-l', path]).toString()).toMatch(/4294967296 .* huge/);
  });
});

/** Leaves holes where the archive is zero, so that gigabytes cost no disk. */
async function writeSparse(path: string, source: AsyncIterable<Buffer>): Promise<void> {
  const file = openSync(path, 'w');
  let at = 0;
  for await (const chunk of source) {
    if (chunk.length < 1024 * 1024) writeSync(file, chunk, 0, chunk.length, at);
    at += chunk.length;
  }
  ftruncateSync(file, at);
  closeSync(file);
}
