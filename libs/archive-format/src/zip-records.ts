import { isAscii, isUtf8 } from 'node:buffer';
import type { EntryType } from './tar-header';

/** One entry of a zip archive, as its headers tell it. */
export interface ZipRecord {
  /** Ends in a slash for directories. Bytes: marked as UTF-8 where they are, otherwise left to the reader. */
  path: Buffer;
  /** Shown beside it in lists; in the encoding of the path. */
  comment: Buffer;
  type: EntryType;
  executable: boolean;
  mtimeSeconds: number;
  method: 'stored' | 'deflated';
  crc32: number;
  sizeBytes: number;
  compressedBytes: number;
  /** Where the local header starts. */
  offsetBytes: number;
  /** The local header went out before sizes and CRC were known: they follow the content. */
  descriptor: boolean;
  /** Sizes are written in 8 bytes in the local header and the data descriptor. */
  zip64: boolean;
}

const UINT32_MAX = 0xffffffff;
const UINT16_MAX = 0xffff;
const INT32_MAX = 0x7fffffff;
const METHODS = { stored: 0, deflated: 8 };
const FLAG_DESCRIPTOR = 0x0008;
const FLAG_UTF8 = 0x0800;
const MADE_BY_UNIX = 3 << 8;
const VERSION_ZIP64 = 45;
const VERSION_DEFLATE = 20;
const MSDOS_DIRECTORY = 0x10;

/** Whether an entry with content of these sizes needs 8-byte fields beside its content. */
export function needsZip64(sizeBytes: number, compressedBytes: number): boolean {
  return sizeBytes >= UINT32_MAX || compressedBytes >= UINT32_MAX;
}

/** @see APPNOTE.TXT 6.3.10, 4.3.7; a zip64 extra field in a local header holds both sizes (4.5.3). */
export function formatLocalHeader(record: ZipRecord): Buffer {
  const known = !record.descriptor;
  const sizes = known ? [record.sizeBytes, record.compressedBytes] : [0, 0];
  const extra = Buffer.concat([
    record.zip64 ? zip64Extra(sizes) : Buffer.alloc(0),
    timestampExtra(record.mtimeSeconds),
  ]);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(versionNeeded(record.zip64), 4);
  writeCommonFields(header, record, 6);
  header.writeUInt32LE(known ? record.crc32 : 0, 14);
  header.writeUInt32LE(record.zip64 ? UINT32_MAX : known ? record.compressedBytes : 0, 18);
  header.writeUInt32LE(record.zip64 ? UINT32_MAX : known ? record.sizeBytes : 0, 22);
  header.writeUInt16LE(record.path.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, record.path, extra]);
}

/** @see APPNOTE.TXT 4.3.9; 8-byte sizes where the local header has a zip64 extra field (4.3.9.2). */
export function formatDataDescriptor(record: ZipRecord): Buffer {
  const sizes = [record.compressedBytes, record.sizeBytes];
  const head = Buffer.alloc(8);
  head.writeUInt32LE(0x08074b50, 0);
  head.writeUInt32LE(record.crc32, 4);
  return Buffer.concat([head, ...sizes.map((size) => (record.zip64 ? uint64(size) : uint32(size)))]);
}

/** @see APPNOTE.TXT 4.3.12; only what does not fit goes into the zip64 extra field, in the order of 4.5.3. */
export function formatCentralHeader(record: ZipRecord): Buffer {
  const wide = [record.sizeBytes, record.compressedBytes, record.offsetBytes].filter((value) => value >= UINT32_MAX);
  const extra = Buffer.concat([
    wide.length === 0 ? Buffer.alloc(0) : zip64Extra(wide),
    timestampExtra(record.mtimeSeconds),
  ]);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 4);
  header.writeUInt16LE(versionNeeded(record.zip64 || wide.length > 0), 6);
  writeCommonFields(header, record, 8);
  header.writeUInt32LE(record.crc32, 16);
  header.writeUInt32LE(Math.min(record.compressedBytes, UINT32_MAX), 20);
  header.writeUInt32LE(Math.min(record.sizeBytes, UINT32_MAX), 24);
  header.writeUInt16LE(record.path.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt16LE(record.comment.length, 32);
  header.writeUInt32LE(externalAttributes(record), 38);
  header.writeUInt32LE(Math.min(record.offsetBytes, UINT32_MAX), 42);
  return Buffer.concat([header, record.path, extra, record.comment]);
}

export interface ZipDirectoryFacts {
  entries: number;
  sizeBytes: number;
  offsetBytes: number;
  comment: string;
}

/** The end of the archive, with the zip64 records in front where a number does not fit (APPNOTE.TXT 4.3.14 to 4.3.16). */
export function formatEndOfDirectory({ entries, sizeBytes, offsetBytes, comment }: ZipDirectoryFacts): Buffer {
  const wide = entries >= UINT16_MAX || sizeBytes >= UINT32_MAX || offsetBytes >= UINT32_MAX;
  const text = Buffer.from(comment).subarray(0, UINT16_MAX);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries, UINT16_MAX), 8);
  end.writeUInt16LE(Math.min(entries, UINT16_MAX), 10);
  end.writeUInt32LE(Math.min(sizeBytes, UINT32_MAX), 12);
  end.writeUInt32LE(Math.min(offsetBytes, UINT32_MAX), 16);
  end.writeUInt16LE(text.length, 20);
  const zip64 = wide ? zip64EndOfDirectory({ entries, sizeBytes, offsetBytes }) : Buffer.alloc(0);
  return Buffer.concat([zip64, end, text]);
}

function zip64EndOfDirectory(facts: Omit<ZipDirectoryFacts, 'comment'>): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeUInt16LE(MADE_BY_UNIX | VERSION_ZIP64, 12);
  record.writeUInt16LE(VERSION_ZIP64, 14);
  record.writeBigUInt64LE(BigInt(facts.entries), 24);
  record.writeBigUInt64LE(BigInt(facts.entries), 32);
  record.writeBigUInt64LE(BigInt(facts.sizeBytes), 40);
  record.writeBigUInt64LE(BigInt(facts.offsetBytes), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(facts.offsetBytes + facts.sizeBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

/** Flags, method, time and date stand side by side in both headers. */
function writeCommonFields(header: Buffer, record: ZipRecord, at: number): void {
  const named = !isAscii(record.path) && isUtf8(record.path) ? FLAG_UTF8 : 0;
  const { time, date } = dosDateTime(record.mtimeSeconds);
  header.writeUInt16LE(named | (record.descriptor ? FLAG_DESCRIPTOR : 0), at);
  header.writeUInt16LE(METHODS[record.method], at + 2);
  header.writeUInt16LE(time, at + 4);
  header.writeUInt16LE(date, at + 6);
}

function versionNeeded(zip64: boolean): number {
  return zip64 ? VERSION_ZIP64 : VERSION_DEFLATE;
}

/** Unix file type and permissions in the upper half, as Info-ZIP keeps them. */
function externalAttributes({ type, executable }: ZipRecord): number {
  if (type === 'directory') return ((0o040755 << 16) | MSDOS_DIRECTORY) >>> 0;
  if (type === 'symlink') return (0o120777 << 16) >>> 0;
  return ((executable ? 0o100755 : 0o100644) << 16) >>> 0;
}

/** In UTC, so that the bytes do not depend on where the hub stands; the extra field has the exact time. */
function dosDateTime(mtimeSeconds: number): { time: number; date: number } {
  const earliest = Date.UTC(1980, 0, 1);
  const latest = Date.UTC(2107, 11, 31, 23, 59, 58);
  const moment = new Date(Math.min(Math.max(mtimeSeconds * 1000, earliest), latest));
  return {
    time: (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (moment.getUTCSeconds() >> 1),
    date: ((moment.getUTCFullYear() - 1980) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
  };
}

/** Info-ZIP's extended timestamp, left out where its 32 bits do not reach. */
function timestampExtra(mtimeSeconds: number): Buffer {
  if (mtimeSeconds > INT32_MAX) return Buffer.alloc(0);
  const extra = Buffer.from([0x55, 0x54, 5, 0, 1, 0, 0, 0, 0]);
  extra.writeInt32LE(mtimeSeconds, 5);
  return extra;
}

function zip64Extra(values: readonly number[]): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(0x0001, 0);
  head.writeUInt16LE(8 * values.length, 2);
  return Buffer.concat([head, ...values.map(uint64)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
