import { inflateSync } from 'node:zlib';
import { ProtocolError } from '../protocol-error';

/** An object of a pack, inflated and with its deltas applied. */
export interface PackedObject {
  oid: string;
  type: 'commit' | 'tree' | 'blob' | 'tag';
  data: Buffer;
}

export interface PackLimits {
  /** Of all objects together, inflated; what deltas inflate to counts too. */
  maxInflatedBytes: number;
}

interface IndexEntry {
  oid: string;
  offset: number;
}

const INDEX_MAGIC = Buffer.from('ff744f6300000002', 'hex');
const FANOUT_BYTES = 256 * 4;
const TYPES: Record<number, PackedObject['type']> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFS_DELTA = 6;
const REF_DELTA = 7;

/**
 * Every object of a pack, by its id in the order of ids. The pack must hold the bases of its deltas, as packs on disk do.
 * For packs that git has checked: ids are taken from the index, not computed.
 *
 * @param idBytes 20 for SHA-1, 32 for SHA-256.
 * @returns `null` when the objects are larger than `limits`, as far as their headers say.
 * @throws ProtocolError for bytes that are no pack or do not fit the index.
 * @see gitformat-pack(5): "pack-*.pack files have the following format", "Version 2 pack-*.idx files".
 */
export function readPack(pack: Buffer, index: Buffer, { idBytes, maxInflatedBytes }: PackLimits & { idBytes: number }) {
  const entries = readIndex(index, idBytes);
  const reader = new PackReader(pack, entries, { idBytes, maxInflatedBytes });
  try {
    return entries.map(({ oid, offset }): PackedObject => ({ oid, ...reader.at(offset) }));
  } catch (error) {
    if (error instanceof TooLarge) return null;
    if (error instanceof ProtocolError) throw error;
    throw new ProtocolError('A pack cannot be read', { cause: error });
  }
}

function readIndex(index: Buffer, idBytes: number): IndexEntry[] {
  if (!index.subarray(0, INDEX_MAGIC.length).equals(INDEX_MAGIC)) throw new ProtocolError('This is no index of a pack');
  const idsAt = INDEX_MAGIC.length + FANOUT_BYTES;
  const count = index.readUInt32BE(idsAt - 4);
  const offsetsAt = idsAt + count * (idBytes + 4);
  if (index.length < offsetsAt + count * 4 + 2 * idBytes) throw new ProtocolError('The index of a pack is cut');
  return Array.from({ length: count }, (_, at) => ({
    oid: index.toString('hex', idsAt + at * idBytes, idsAt + (at + 1) * idBytes),
    offset: index.readUInt32BE(offsetsAt + at * 4),
  }));
}

class TooLarge extends Error {}

type Content = Pick<PackedObject, 'type' | 'data'>;

class PackReader {
  private readonly known = new Map<number, Content>();
  /** A chain of deltas that comes back to one of these is endless. */
  private readonly reading = new Set<number>();
  private readonly ends = new Map<number, number>();
  private readonly offsets: Map<string, number>;
  private inflatedBytes = 0;

  constructor(
    private readonly pack: Buffer,
    entries: readonly IndexEntry[],
    private readonly limits: PackLimits & { idBytes: number },
  ) {
    this.offsets = new Map(entries.map(({ oid, offset }) => [oid, offset]));
    const starts = entries.map(({ offset }) => offset).sort((a, b) => a - b);
    starts.forEach((start, at) => this.ends.set(start, starts[at + 1] ?? pack.length - limits.idBytes));
  }

  at(offset: number): Content {
    const known = this.known.get(offset);
    if (known) return known;
    const end = this.ends.get(offset);
    if (end === undefined || this.reading.has(offset)) throw new ProtocolError('A delta of a pack has no base there');
    this.reading.add(offset);
    const content = this.content(offset, end, this.header(offset));
    this.reading.delete(offset);
    this.known.set(offset, content);
    return content;
  }

  private content(offset: number, end: number, { code, sizeBytes, dataAt }: Header): Content {
    const type = TYPES[code];
    if (type) return { type, data: this.inflate(dataAt, end, sizeBytes) };
    if (code === OFS_DELTA) {
      const { value, next } = readOffset(this.pack, dataAt);
      return this.patched(this.at(offset - value), this.inflate(next, end, sizeBytes));
    }
    if (code !== REF_DELTA) throw new ProtocolError(`A pack holds an object of type ${code}`);
    const next = dataAt + this.limits.idBytes;
    const base = this.offsets.get(this.pack.toString('hex', dataAt, next));
    if (base === undefined) throw new ProtocolError('A delta of a pack has no base there');
    return this.patched(this.at(base), this.inflate(next, end, sizeBytes));
  }

  private header(offset: number): Header {
    let byte = this.pack.readUInt8(offset);
    const code = (byte >> 4) & 7;
    let sizeBytes = byte & 15;
    let dataAt = offset + 1;
    for (let factor = 16; byte & 0x80; factor *= 128) {
      byte = this.pack.readUInt8(dataAt++);
      sizeBytes += (byte & 0x7f) * factor;
    }
    return { code, sizeBytes, dataAt };
  }

  private inflate(start: number, end: number, sizeBytes: number): Buffer {
    this.count(sizeBytes);
    const data = inflateSync(this.pack.subarray(start, end), { maxOutputLength: Math.max(1, sizeBytes) });
    if (data.length !== sizeBytes) throw new ProtocolError('An object of a pack has another size than it says');
    return data;
  }

  private patched(base: Content, delta: Buffer): Content {
    const { value: baseSize, next } = readSize(delta, 0);
    const target = readSize(delta, next);
    if (baseSize !== base.data.length) throw new ProtocolError('A delta of a pack is for another base');
    this.count(target.value);
    return { type: base.type, data: applyDelta(base.data, delta.subarray(target.next), target.value) };
  }

  private count(sizeBytes: number): void {
    this.inflatedBytes += sizeBytes;
    if (this.inflatedBytes > this.limits.maxInflatedBytes) throw new TooLarge();
  }
}

interface Header {
  code: number;
  sizeBytes: number;
  dataAt: number;
}

/** How far before a delta its base begins. */
function readOffset(bytes: Buffer, at: number): { value: number; next: number } {
  let byte = bytes.readUInt8(at++);
  let value = byte & 0x7f;
  while (byte & 0x80) {
    byte = bytes.readUInt8(at++);
    value = (value + 1) * 128 + (byte & 0x7f);
  }
  return { value, next: at };
}

function readSize(bytes: Buffer, at: number): { value: number; next: number } {
  let value = 0;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes.readUInt8(at++);
    value += (byte & 0x7f) * factor;
    if (!(byte & 0x80)) return { value, next: at };
  }
}

/** @throws ProtocolError where the instructions do not give exactly `sizeBytes`. */
function applyDelta(base: Buffer, delta: Buffer, sizeBytes: number): Buffer {
  const target = Buffer.alloc(sizeBytes);
  let end = 0;
  for (let at = 0; at < delta.length;) {
    const code = delta.readUInt8(at++);
    if (code === 0) throw new ProtocolError('A delta of a pack holds an unknown instruction');
    let part: Buffer;
    if (code & 0x80) {
      const copy = readCopy(delta, at, code);
      at = copy.next;
      part = base.subarray(copy.offset, copy.offset + copy.length);
      if (part.length !== copy.length) throw new ProtocolError('A delta of a pack copies from outside its base');
    } else {
      part = delta.subarray(at, at + code);
      at += code;
    }
    if (end + part.length > sizeBytes) throw new ProtocolError('A delta of a pack gives more than it says');
    end += part.copy(target, end);
  }
  if (end !== sizeBytes) throw new ProtocolError('A delta of a pack gives less than it says');
  return target;
}

/** The bytes of offset and length that an instruction to copy brings along. */
function readCopy(delta: Buffer, at: number, code: number): { offset: number; length: number; next: number } {
  let [offset, length] = [0, 0];
  for (let bit = 0; bit < 4; bit++) if (code & (1 << bit)) offset += delta.readUInt8(at++) * 256 ** bit;
  for (let bit = 0; bit < 3; bit++) if (code & (0x10 << bit)) length += delta.readUInt8(at++) * 256 ** bit;
  return { offset, length: length || 0x10000, next: at };
}
