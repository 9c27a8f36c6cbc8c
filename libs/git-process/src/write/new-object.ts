import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { ObjectFormat } from '../repository/repository';

/** An object that a repository shall get. */
export interface NewObject {
  oid: string;
  type: 'commit' | 'tree' | 'blob' | 'tag';
  sizeBytes: number;
  /** Read once. A stream brings exactly `sizeBytes`. */
  open(): Promise<Buffer | Readable>;
}

/** The object with this content, under the id that git gives it. */
export function newObject(format: ObjectFormat, type: NewObject['type'], content: Buffer): NewObject {
  const oid = headed(format, type, content.length).update(content).digest('hex');
  return { oid, type, sizeBytes: content.length, open: () => Promise.resolve(content) };
}

/** The id of a blob that is too large to be held; `source` is read to its end. */
export async function blobIdOf(format: ObjectFormat, sizeBytes: number, source: Readable): Promise<string> {
  const hash = headed(format, 'blob', sizeBytes);
  for await (const chunk of source) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function headed(format: ObjectFormat, type: NewObject['type'], sizeBytes: number) {
  return createHash(format).update(`${type} ${sizeBytes}\0`);
}
