import { ByteReader } from './byte-reader';
import { formatPaxRecord, parsePaxRecords, type PaxRecords } from './pax-records';
import {
  resizedHeader,
  TAR_BLOCK_BYTES,
  TYPE_FLAGS,
  tarChecksum,
  tarPadding,
  type EntryType,
  type TarHeaderFields,
} from './tar-header';

export interface TarEntry extends TarHeaderFields {
  /** pax global headers that stood before this entry, verbatim but for a time that no program takes; mostly empty. */
  globalHeader: Buffer;
  /** The entry's own header blocks, verbatim, a pax extended header among them. */
  header: Buffer;
}

/** No pax header of git's comes near it. */
const MAX_PAX_BYTES = 1024 * 1024;

/**
 * Reads a tar archive as `git archive` writes it: ustar and pax; files, directories, symlinks.
 * Content that the caller leaves unread is skipped by the next call of {@link next}.
 *
 * @see git's archive-tar.c; POSIX.1-2017, pax.
 */
export class TarReader {
  private readonly reader: ByteReader;
  private readonly globals: PaxRecords = new Map();
  private contentBytes = 0;
  private paddingBytes = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.reader = new ByteReader(source);
  }

  /** The commit that `git archive` notes in the global header, or an empty string. Known once an entry was read. */
  get comment(): string {
    return this.globals.get('comment')?.toString('latin1') ?? '';
  }

  /**
   * @returns the next entry, or `null` after the end mark; the source is read to its end by then.
   * @throws Error when the bytes are no tar archive, or stop short of the end mark.
   */
  async next(): Promise<TarEntry | null> {
    await this.reader.skip(this.contentBytes + this.paddingBytes);
    this.contentBytes = this.paddingBytes = 0;
    const globalHeaders: Buffer[] = [];
    const ownHeaders: Buffer[] = [];
    let records: PaxRecords = new Map();
    for (;;) {
      const block = await this.reader.take(TAR_BLOCK_BYTES);
      if (block.every((byte) => byte === 0)) {
        await this.reader.drain();
        return null;
      }
      const typeFlag = checkedTypeFlag(block);
      if (typeFlag !== 'g' && typeFlag !== 'x') {
        return this.entry(block, typeFlag, { records, globalHeaders, ownHeaders });
      }
      const body = await this.paxBody(block);
      const parsed = parsePaxRecords(body.subarray(0, sizeField(block)));
      if (typeFlag === 'x') {
        records = parsed;
        ownHeaders.push(block, body);
      } else {
        for (const [key, value] of parsed) this.globals.set(key, value);
        globalHeaders.push(...(isTimely(parsed) ? [block, body] : [timelyHeader(block, parsed)]));
      }
    }
  }

  /** What is unread of the content of the entry that {@link next} gave last. */
  async *body(): AsyncGenerator<Buffer> {
    while (this.contentBytes > 0) {
      const piece = await this.reader.takeUpTo(this.contentBytes);
      this.contentBytes -= piece.length;
      yield piece;
    }
  }

  /** The same in one buffer: for content that the caller knows to be small. */
  async wholeBody(): Promise<Buffer> {
    const content = await this.reader.take(this.contentBytes);
    this.contentBytes = 0;
    return content;
  }

  private entry(
    block: Buffer,
    typeFlag: string,
    found: { records: PaxRecords; globalHeaders: Buffer[]; ownHeaders: Buffer[] },
  ): TarEntry {
    const record = (key: string): Buffer | undefined => found.records.get(key) ?? this.globals.get(key);
    const type = (Object.keys(TYPE_FLAGS) as EntryType[]).find((key) => TYPE_FLAGS[key] === typeFlag);
    if (type === undefined) throw new Error(`The tar entry type ${JSON.stringify(typeFlag)} is not supported.`);
    const sizeBytes = numberRecord('size', record('size')) ?? sizeField(block);
    this.contentBytes = sizeBytes;
    this.paddingBytes = (TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES;
    return {
      path: record('path') ?? ustarPath(block),
      type,
      mode: octalField(block, 100, 8) & 0o7777,
      sizeBytes,
      mtimeSeconds: timeRecord(record('mtime')) ?? octalField(block, 136, 12),
      linkPath: record('linkpath') ?? textField(block, 157, 100),
      globalHeader: Buffer.concat(found.globalHeaders),
      header: found.ownHeaders.length === 0 ? block : Buffer.concat([...found.ownHeaders, block]),
    };
  }

  private async paxBody(block: Buffer): Promise<Buffer> {
    const sizeBytes = sizeField(block);
    if (sizeBytes > MAX_PAX_BYTES) throw new Error('A pax header is too large.');
    return this.reader.take(Math.ceil(sizeBytes / TAR_BLOCK_BYTES) * TAR_BLOCK_BYTES);
  }
}

function checkedTypeFlag(block: Buffer): string {
  if (block.toString('latin1', 257, 262) !== 'ustar' || octalField(block, 148, 8) !== tarChecksum(block)) {
    throw new Error('The stream is not a tar archive.');
  }
  return block.toString('latin1', 156, 157);
}

function ustarPath(block: Buffer): Buffer {
  const name = textField(block, 0, 100);
  const prefix = textField(block, 345, 155);
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]);
}

function sizeField(block: Buffer): number {
  return octalField(block, 124, 12);
}

function textField(block: Buffer, offset: number, sizeBytes: number): Buffer {
  const field = block.subarray(offset, offset + sizeBytes);
  const end = field.indexOf(0);
  return end < 0 ? field : field.subarray(0, end);
}

function octalField(block: Buffer, offset: number, sizeBytes: number): number {
  const text = textField(block, offset, sizeBytes).toString('latin1').trim();
  if (!/^[0-7]*$/.test(text)) throw new Error('A number in a tar header is not octal.');
  return text === '' ? 0 : parseInt(text, 8);
}

/** The last second of the year 9999: most programs know no later one, and a commit's date may be any number. */
export const MAX_MTIME_SECONDS = 253_402_300_799;

function timeRecord(value: Buffer | undefined): number | null {
  const text = value?.toString('latin1');
  if (text === undefined) return null;
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error('The pax record mtime is not a number.');
  return Math.min(Math.trunc(Number(text)), MAX_MTIME_SECONDS);
}

function isTimely(records: PaxRecords): boolean {
  const value = records.get('mtime');
  return value === undefined || value.toString('latin1') === String(timeRecord(value));
}

/** The pax header of `block` with the nearest time that programs take. */
function timelyHeader(block: Buffer, records: PaxRecords): Buffer {
  const mtime = Buffer.from(String(timeRecord(records.get('mtime'))));
  const body = Buffer.concat([...records].map(([key, value]) => formatPaxRecord(key, key === 'mtime' ? mtime : value)));
  return Buffer.concat([resizedHeader(block, body.length), body, tarPadding(body.length)]);
}

function numberRecord(key: string, value: Buffer | undefined): number | null {
  const text = value?.toString('latin1');
  if (text === undefined) return null;
  if (!/^\d{1,15}(\.\d+)?$/.test(text)) throw new Error(`The pax record ${key} is not a number.`);
  return Math.trunc(Number(text));
}
