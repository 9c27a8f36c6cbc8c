import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { createDeflate, deflateSync } from 'node:zlib';
import type { ObjectFormat } from '../repository/repository';
import type { NewObject } from './new-object';

const TYPE_CODES: Record<NewObject['type'], number> = { commit: 1, tree: 2, blob: 3, tag: 4 };

/** What takes longer than a moment is compressed beside the thread that answers everybody. */
const MAX_HELD_BYTES = 64 * 1024;

/**
 * A pack of whole objects, without deltas, piece by piece; nothing of it is held.
 *
 * @param objects each once.
 * @see gitformat-pack(5).
 */
export async function* formatPack(format: ObjectFormat, objects: readonly NewObject[]): AsyncGenerator<Buffer> {
  const checksum = createHash(format);
  for await (const piece of pieces(objects)) {
    checksum.update(piece);
    yield piece;
  }
  yield checksum.digest();
}

async function* pieces(objects: readonly NewObject[]): AsyncGenerator<Buffer> {
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\0', 'latin1');
  header.writeUInt32BE(objects.length, 8);
  yield header;
  for (const object of objects) {
    yield entryHeader(TYPE_CODES[object.type], object.sizeBytes);
    const content = await object.open();
    if (!Buffer.isBuffer(content)) yield* deflated(content);
    else if (content.length <= MAX_HELD_BYTES) yield deflateSync(content);
    else yield* deflated(Readable.from([content]));
  }
}

/** Type and size in a variable number of bytes: four bits of the size in the first, seven in each further one. */
function entryHeader(typeCode: number, sizeBytes: number): Buffer {
  const bytes = [(typeCode << 4) | (sizeBytes & 15)];
  for (let rest = Math.floor(sizeBytes / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 0x80;
    bytes.push(rest & 0x7f);
  }
  return Buffer.from(bytes);
}

async function* deflated(source: Readable): AsyncGenerator<Buffer> {
  const deflate = createDeflate();
  // A failing source ends the loop below with its error.
  pipeline(source, deflate, () => undefined);
  for await (const chunk of deflate) yield chunk as Buffer;
}
