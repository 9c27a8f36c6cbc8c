import { parsePointer, POINTER_LIMIT_BYTES } from '@granary/wire';
import { readGit, type BareRepository } from './bare-repository';

/** What a pointer in the tree stands for. Whether the hub has the object, and for whom, is the caller's to find out. */
export interface PointerFacts {
  oid: string;
  sizeBytes: number;
}

export interface SizedBlob {
  oid: string;
  sizeBytes: number;
}

/** The LFS pointers among `blobs`, by the id of the blob. Only blobs small enough to be one are read. */
export async function readPointers(
  repository: BareRepository,
  blobs: readonly SizedBlob[],
): Promise<Map<string, PointerFacts>> {
  const small = blobs.filter(({ sizeBytes }) => sizeBytes > 0 && sizeBytes < POINTER_LIMIT_BYTES);
  const oids = [...new Set(small.map(({ oid }) => oid))];
  const pointers = new Map<string, PointerFacts>();
  if (oids.length === 0) return pointers;
  const output = await readGit(repository, ['cat-file', '--batch', '--buffer'], { stdin: `${oids.join('\n')}\n` });
  for (const [oid, content] of blobsIn(output)) {
    const pointer = parsePointer(content);
    if (pointer.kind === 'pointer') pointers.set(oid, { oid: pointer.oid, sizeBytes: pointer.sizeBytes });
  }
  return pointers;
}

/** Reads `<oid> SP blob SP <size> LF <content> LF`, repeated. A missing object is a line of its own. */
function* blobsIn(output: Buffer): Generator<[oid: string, content: Buffer]> {
  for (let at = 0; at < output.length;) {
    const endOfLine = output.indexOf('\n', at);
    const [oid = '', type, size] = output.toString('latin1', at, endOfLine).split(' ');
    at = endOfLine + 1;
    if (type === 'missing') continue;
    yield [oid, output.subarray(at, at + Number(size))];
    at += Number(size) + 1;
  }
}
