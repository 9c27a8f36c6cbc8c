import { formatPaxRecord } from './pax-records';

export type EntryType = 'file' | 'directory' | 'symlink';

export interface TarHeaderFields {
  /** Ends in a slash for directories. Bytes, since git's paths need not be UTF-8. */
  path: Buffer;
  type: EntryType;
  /** Permission bits. */
  mode: number;
  sizeBytes: number;
  mtimeSeconds: number;
  /** Empty for all but symlinks. */
  linkPath: Buffer;
}

export const TAR_BLOCK_BYTES = 512;
export const TYPE_FLAGS: Record<EntryType, string> = { file: '0', directory: '5', symlink: '2' };

const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
const MAX_OCTAL_11 = 0o77777777777;
const RECORD_BYTES = 20 * TAR_BLOCK_BYTES;

/**
 * The header blocks of an entry: ustar, with a pax extended header in front where a name, a time or a size (8 GiB and
 * up) does not fit. `label` names that extra header for readers that do not know pax.
 *
 * @see POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header".
 */
export function formatTarHeader(fields: TarHeaderFields, label: string): Buffer {
  const pax: Buffer[] = [];
  const split = splitUstarPath(fields.path);
  if (split === null) pax.push(formatPaxRecord('path', fields.path));
  if (fields.linkPath.length > NAME_BYTES) pax.push(formatPaxRecord('linkpath', fields.linkPath));
  if (fields.sizeBytes > MAX_OCTAL_11) pax.push(formatPaxRecord('size', String(fields.sizeBytes)));
  if (fields.mtimeSeconds > MAX_OCTAL_11) pax.push(formatPaxRecord('mtime', String(fields.mtimeSeconds)));
  const header = ustarBlock({
    ...fields,
    ...(split ?? { name: Buffer.from(`${label}.data`), prefix: Buffer.alloc(0) }),
  });
  return pax.length === 0 ? header : Buffer.concat([paxHeader(Buffer.concat(pax), fields, label), header]);
}

/** Zeros that fill the last block of an entry's content. */
export function tarPadding(sizeBytes: number): Buffer {
  return Buffer.alloc((TAR_BLOCK_BYTES - (sizeBytes % TAR_BLOCK_BYTES)) % TAR_BLOCK_BYTES);
}

/** What ends an archive of `sizeBytes` so far: at least two zero blocks, up to a whole record, as git writes it. */
export function tarTrailer(sizeBytes: number): Buffer {
  const tail = RECORD_BYTES - (sizeBytes % RECORD_BYTES);
  return Buffer.alloc(tail < 2 * TAR_BLOCK_BYTES ? tail + RECORD_BYTES : tail);
}

/** The sum of a header's bytes with its own checksum field read as spaces. */
export function tarChecksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let i = 0; i < TAR_BLOCK_BYTES; i++) if (i < 148 || i >= 156) sum += block[i] ?? 0;
  return sum;
}

/** A header block with another size; nothing else changes. */
export function resizedHeader(block: Buffer, sizeBytes: number): Buffer {
  const resized = Buffer.from(block);
  resized.write(octal(sizeBytes, 11), 124, 'latin1');
  resized.write(octal(tarChecksum(resized), 7), 148, 'latin1');
  return resized;
}

function paxHeader(records: Buffer, fields: TarHeaderFields, label: string): Buffer {
  const block = ustarBlock({
    ...fields,
    name: Buffer.from(`${label}.paxheader`),
    prefix: Buffer.alloc(0),
    typeFlag: 'x',
    mode: 0o666,
    sizeBytes: records.length,
    linkPath: Buffer.alloc(0),
  });
  return Buffer.concat([block, records, tarPadding(records.length)]);
}

interface UstarBlock extends TarHeaderFields {
  name: Buffer;
  prefix: Buffer;
  typeFlag?: string;
}

function ustarBlock(fields: UstarBlock): Buffer {
  const block = Buffer.alloc(TAR_BLOCK_BYTES);
  fields.name.copy(block, 0, 0, NAME_BYTES);
  block.write(octal(fields.mode, 7), 100, 'latin1');
  block.write(octal(0, 7), 108, 'latin1');
  block.write(octal(0, 7), 116, 'latin1');
  block.write(octal(fields.sizeBytes > MAX_OCTAL_11 ? 0 : fields.sizeBytes, 11), 124, 'latin1');
  block.write(octal(Math.min(fields.mtimeSeconds, MAX_OCTAL_11), 11), 136, 'latin1');
  block.write(fields.typeFlag ?? TYPE_FLAGS[fields.type], 156, 'latin1');
  fields.linkPath.copy(block, 157, 0, NAME_BYTES);
  block.write('ustar\x0000root', 257, 'latin1');
  block.write('root', 297, 'latin1');
  block.write(octal(0, 7), 329, 'latin1');
  block.write(octal(0, 7), 337, 'latin1');
  fields.prefix.copy(block, 345, 0, PREFIX_BYTES);
  block.write(octal(tarChecksum(block), 7), 148, 'latin1');
  return block;
}

/** The name and prefix fields for `path`, cut at a slash; `null` when it fits neither way. */
function splitUstarPath(path: Buffer): { name: Buffer; prefix: Buffer } | null {
  if (path.length <= NAME_BYTES) return { name: path, prefix: Buffer.alloc(0) };
  const end = path.at(-1) === 0x2f ? path.length - 1 : path.length;
  const cut = path.lastIndexOf(0x2f, Math.min(PREFIX_BYTES, end) - 1);
  if (cut <= 0 || path.length - cut - 1 > NAME_BYTES) return null;
  return { name: path.subarray(cut + 1), prefix: path.subarray(0, cut) };
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
