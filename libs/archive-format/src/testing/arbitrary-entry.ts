import fc from 'fast-check';
import { entry, inChunks, noise } from './entries';
import type { ArchiveEntry } from '../archive-entry';
import { crc32 } from 'node:zlib';

/** What an entry is made from, and so what an archive must give back. */
export interface EntryFacts {
  entry: ArchiveEntry;
  content: Buffer;
}

const segment = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => text.replace(/[/\\\0]|^\.+$/g, 'x')),
  fc.stringMatching(/^[a-z]{90,140}$/),
);

const content = fc
  .tuple(fc.nat({ max: 40_000 }), fc.boolean(), fc.nat())
  .map(([length, even, seed]) => (even ? noise(seed, length) : Buffer.alloc(length, `line ${seed}\n`)));

const fields = fc.record({
  segments: fc.array(segment, { minLength: 1, maxLength: 4 }),
  type: fc.constantFrom('file', 'file', 'file', 'directory', 'symlink'),
  executable: fc.boolean(),
  mtimeSeconds: fc.integer({ min: 0, max: 0x7fffffff }),
  content,
  stream: fc.constantFrom('no', 'with crc', 'without crc'),
});

/** Entries of all types with distinct paths; `streams` are contents that come in chunks. */
export const arbitraryEntries: fc.Arbitrary<EntryFacts[]> = fc.array(fields, { maxLength: 12 }).map((list) =>
  list.map(({ segments, type, executable, mtimeSeconds, content: bytes, stream }, index) => {
    const path = Buffer.from(`${index}/${segments.join('/')}${type === 'directory' ? '/' : ''}`);
    const mode = type === 'symlink' ? 0o777 : executable || type === 'directory' ? 0o755 : 0o644;
    const base = { path, type, mode, mtimeSeconds };
    if (type === 'directory') return { entry: entry(base), content: Buffer.alloc(0) };
    if (type === 'symlink') return { entry: entry({ ...base, linkPath: path.subarray(2) }), content: Buffer.alloc(0) };
    const streamed = { content: inChunks(bytes, 10_000), sizeBytes: bytes.length };
    if (stream === 'no') return { entry: entry({ ...base, content: bytes }), content: bytes };
    const known = stream === 'with crc' ? crc32(bytes) : null;
    return { entry: entry({ ...base, ...streamed, crc32: known }), content: bytes };
  }),
);
