import { crc32, deflateRawSync } from 'node:zlib';
import type { ArchiveEntries, ArchiveEntry } from './archive-entry';
import { deflateBound, deflateStream, deflateWhole } from './deflate-stream';
import {
  formatCentralHeader,
  formatDataDescriptor,
  formatEndOfDirectory,
  formatLocalHeader,
  needsZip64,
  type ZipRecord,
} from './zip-records';
import { zipCommentOf, zipNameOf } from './zip-names';

/** Below this size deflate's own cost is not worth what it could save. */
const MIN_DEFLATE_BYTES = 32;
/** Up to this size a trip through the thread pool costs more than compressing on the spot. */
const SYNC_DEFLATE_BYTES = 16 * 1024;
/** How far compression of small entries runs ahead of the output. */
const AHEAD_BYTES = 2 * 1024 * 1024;
const AHEAD_JOBS = 2;
const MAX_NAME_BYTES = 0xffff;
const DIRECTORY_BLOCK_BYTES = 64 * 1024;

interface SmallEntry {
  entry: ArchiveEntry;
  content: Buffer;
  packed: Buffer | Promise<Buffer>;
}

/**
 * A zip archive of `entries` with the commit id as its comment. Small files are deflated, or stored where that is
 * shorter; a stream with a known CRC-32 is stored; any other stream is deflated and followed by a data descriptor,
 * which a reader without seek can find because deflate marks its own end.
 *
 * @see APPNOTE.TXT 6.3.10.
 */
export async function* writeZip(entries: ArchiveEntries): AsyncGenerator<Buffer> {
  const zip = new ZipOutput();
  const ahead: SmallEntry[] = [];
  for await (const entry of entries) {
    if (zipNameOf(entry.path).length > MAX_NAME_BYTES) throw new Error('A path is too long for a zip archive.');
    const content = entry.type === 'symlink' ? entry.linkPath : entry.content;
    if (!Buffer.isBuffer(content)) {
      while (ahead.length > 0) yield* zip.small(await settled(ahead));
      yield* entry.crc32 === null ? zip.deflated(entry, content) : zip.stored(entry, content, entry.crc32);
      continue;
    }
    ahead.push({ entry, content, packed: pack(content) });
    while (isFull(ahead)) yield* zip.small(await settled(ahead));
  }
  while (ahead.length > 0) yield* zip.small(await settled(ahead));
  yield* zip.end(entries.comment);
}

function pack(content: Buffer): Buffer | Promise<Buffer> {
  if (content.length < MIN_DEFLATE_BYTES) return content;
  if (content.length <= SYNC_DEFLATE_BYTES) return deflateRawSync(content);
  const packed = deflateWhole(content);
  // Awaited in its turn; until then a failure must not count as unhandled.
  packed.catch(() => undefined);
  return packed;
}

/** What is ready goes out at once; work in the thread pool may be overtaken by reading, not by writing. */
function isFull(ahead: readonly SmallEntry[]): boolean {
  const jobs = ahead.filter(({ packed }) => !Buffer.isBuffer(packed)).length;
  const bytes = ahead.reduce((sum, { content }) => sum + content.length, 0);
  return ahead.length > 0 && (Buffer.isBuffer(ahead[0]?.packed) || jobs > AHEAD_JOBS || bytes > AHEAD_BYTES);
}

async function settled(ahead: SmallEntry[]): Promise<{ entry: ArchiveEntry; content: Buffer; packed: Buffer }> {
  const first = ahead.shift();
  if (first === undefined) throw new Error('Nothing is waiting.');
  return { entry: first.entry, content: first.content, packed: await first.packed };
}

/** Counts what goes out, so that every entry knows its offset, and keeps the central directory. */
class ZipOutput {
  private offsetBytes = 0;
  private entries = 0;
  private directoryBytes = 0;
  private readonly blocks: Buffer[] = [];
  private open: Buffer[] = [];
  private openBytes = 0;

  *small({ entry, content, packed }: { entry: ArchiveEntry; content: Buffer; packed: Buffer }): Generator<Buffer> {
    const shorter = packed.length < content.length;
    const body = shorter ? packed : content;
    const record = this.record(entry, {
      method: shorter ? 'deflated' : 'stored',
      crc32: crc32(content),
      sizeBytes: content.length,
      compressedBytes: body.length,
    });
    yield this.counted(Buffer.concat([formatLocalHeader(record), body]));
    this.remember(record);
  }

  async *stored(entry: ArchiveEntry, content: AsyncIterable<Buffer>, crc: number): AsyncGenerator<Buffer> {
    const { sizeBytes } = entry;
    const record = this.record(entry, { method: 'stored', crc32: crc, sizeBytes, compressedBytes: sizeBytes });
    yield this.counted(formatLocalHeader(record));
    for await (const chunk of content) yield this.counted(chunk);
    this.remember(record);
  }

  async *deflated(entry: ArchiveEntry, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const { sizeBytes } = entry;
    const announced = this.record(entry, {
      method: 'deflated',
      crc32: 0,
      sizeBytes,
      compressedBytes: deflateBound(sizeBytes),
    });
    const record = { ...announced, descriptor: true };
    yield this.counted(formatLocalHeader(record));
    let crc = 0;
    async function* summed(): AsyncGenerator<Buffer> {
      for await (const chunk of content) {
        crc = crc32(chunk, crc);
        yield chunk;
      }
    }
    let compressedBytes = 0;
    for await (const chunk of deflateStream(summed())) {
      compressedBytes += chunk.length;
      yield this.counted(chunk);
    }
    const known = { ...record, crc32: crc, compressedBytes };
    yield this.counted(formatDataDescriptor(known));
    this.remember(known);
  }

  *end(comment: string): Generator<Buffer> {
    this.closeBlock();
    yield* this.blocks;
    const { entries, directoryBytes: sizeBytes, offsetBytes } = this;
    yield formatEndOfDirectory({ entries, sizeBytes, offsetBytes, comment });
  }

  private record(
    entry: ArchiveEntry,
    facts: Pick<ZipRecord, 'method' | 'crc32' | 'sizeBytes' | 'compressedBytes'>,
  ): ZipRecord {
    const path = zipNameOf(entry.path);
    return {
      method: facts.method,
      crc32: facts.crc32,
      sizeBytes: facts.sizeBytes,
      compressedBytes: facts.compressedBytes,
      path,
      comment: zipCommentOf(entry.path, path),
      type: entry.type,
      executable: (entry.mode & 0o111) !== 0,
      mtimeSeconds: entry.mtimeSeconds,
      offsetBytes: this.offsetBytes,
      descriptor: false,
      zip64: needsZip64(facts.sizeBytes, facts.compressedBytes),
    };
  }

  private counted(chunk: Buffer): Buffer {
    this.offsetBytes += chunk.length;
    return chunk;
  }

  /** Headers are gathered in blocks: a hundred thousand little buffers would weigh more than what they hold. */
  private remember(record: ZipRecord): void {
    const header = formatCentralHeader(record);
    this.entries++;
    this.directoryBytes += header.length;
    this.open.push(header);
    this.openBytes += header.length;
    if (this.openBytes >= DIRECTORY_BLOCK_BYTES) this.closeBlock();
  }

  private closeBlock(): void {
    if (this.open.length > 0) this.blocks.push(Buffer.concat(this.open));
    this.open = [];
    this.openBytes = 0;
  }
}
