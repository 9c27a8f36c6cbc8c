import { inflateSync } from 'node:zlib';

/** What is looked through; behind it a pack is left to git. */
const WINDOW_BYTES = 256 * 1024;
/** A small input must not cost much of the thread: what all entries together inflate to, with those that are cut. */
const MAX_INFLATED_BYTES = 4 * 1024 * 1024;
const HEADER_BYTES = 12;
const SIGNATURE = 'PACK';
const BLOB = 3;
const [OFS_DELTA, REF_DELTA] = [6, 7];
const TYPES = new Set([1, 2, BLOB, 4, OFS_DELTA, REF_DELTA]);
/** Seven bits each: more is no size. */
const MAX_SIZE_BYTES = 8;

interface EntryHeader {
  type: number;
  sizeBytes: number;
  next: number;
}

/**
 * Reads along the beginning of a pack as it arrives, to learn of a large file from its header, before its content was
 * sent. It judges nothing else: what is no pack is left to git.
 *
 * @see gitformat-pack(5): "The header is followed by number of object entries".
 */
export class PackOpening {
  /** Of the first file that is larger than asked for, as its header says. */
  largeBlobBytes: number | null = null;
  /** Whether there is no more to be learnt. */
  isRead = false;
  private seen: Buffer = Buffer.alloc(0);
  private lookedBytes = 0;
  private inflatedBytes = 0;
  /** Where the next entry begins. */
  private at = HEADER_BYTES;

  /** @param idBytes 20 for SHA-1, 32 for SHA-256. */
  constructor(private readonly options: { largerThanBytes: number; idBytes: number }) {}

  read(chunk: Buffer): void {
    if (this.isRead) return;
    const room = WINDOW_BYTES - this.seen.length;
    this.seen = Buffer.concat([this.seen, chunk.subarray(0, room)]);
    const isFull = this.seen.length === WINDOW_BYTES;
    // An entry is inflated anew for each look: twice as many bytes each time bound that for who sends byte by byte.
    if (!isFull && this.seen.length < 2 * this.lookedBytes) return;
    this.lookedBytes = this.seen.length;
    this.look();
    if (isFull) this.isRead = true;
    if (this.isRead) this.seen = Buffer.alloc(0);
  }

  private look(): void {
    if (this.seen.length < HEADER_BYTES) return;
    if (this.seen.toString('latin1', 0, SIGNATURE.length) !== SIGNATURE) {
      this.isRead = true;
      return;
    }
    while (!this.isRead) {
      const header = readEntryHeader(this.seen, this.at);
      if (!header) return;
      if (!TYPES.has(header.type)) this.isRead = true;
      if (header.type === BLOB && header.sizeBytes > this.options.largerThanBytes) {
        this.largeBlobBytes = header.sizeBytes;
        this.isRead = true;
      }
      if (this.isRead) return;
      const end = this.endOf(header);
      if (end === null) return;
      this.at = end;
    }
  }

  /** @returns null when more bytes are needed. */
  private endOf({ type, sizeBytes, next }: EntryHeader): number | null {
    const start = this.skipBase(type, next);
    if (start === null || start >= this.seen.length) return null;
    this.inflatedBytes += sizeBytes;
    if (this.inflatedBytes > MAX_INFLATED_BYTES) this.isRead = true;
    if (this.isRead) return null;
    try {
      const { engine } = inflateSync(this.seen.subarray(start), {
        info: true,
        maxOutputLength: Math.max(1, sizeBytes),
      }) as unknown as { engine: { bytesWritten: number } };
      return start + engine.bytesWritten;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') this.isRead = true;
      return null;
    }
  }

  private skipBase(type: number, next: number): number | null {
    if (type === REF_DELTA) return next + this.options.idBytes;
    if (type !== OFS_DELTA) return next;
    let at = next;
    while (at < this.seen.length && (this.seen[at] as number) & 0x80) at++;
    return at < this.seen.length ? at + 1 : null;
  }
}

/** @returns null when more bytes are needed. */
function readEntryHeader(bytes: Buffer, offset: number): EntryHeader | null {
  if (offset >= bytes.length) return null;
  let byte = bytes.readUInt8(offset);
  const type = (byte >> 4) & 7;
  let sizeBytes = byte & 15;
  let next = offset + 1;
  for (let factor = 16; byte & 0x80; factor *= 128) {
    if (next >= bytes.length) return null;
    if (next - offset > MAX_SIZE_BYTES) return { type: 0, sizeBytes: 0, next };
    byte = bytes.readUInt8(next++);
    sizeBytes += (byte & 0x7f) * factor;
  }
  return { type, sizeBytes, next };
}
