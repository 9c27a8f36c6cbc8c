import { GitFailed } from '../process/git-failed';

export interface SmallBlob {
  oid: string;
  /** Where a tree names it first; `''` when no path was asked for, or there is none. Its bytes, one character each. */
  path: string;
  content: Buffer;
}

const LF = 0x0a;

/** Behind an id on standard input may stand a blank and its path. */
export const BLOB_FORMAT = '--batch=%(objectname) %(objecttype) %(objectsize) %(rest)';

/** Takes blobs off what `cat-file` prints with {@link BLOB_FORMAT}: `<oid> SP <type> SP <size> SP <path>`. */
export class BlobReader {
  private rest: Buffer = Buffer.alloc(0);

  /** @param mayMiss pass over objects that are gone. */
  constructor(private readonly mayMiss: boolean) {}

  *push(chunk: Buffer): Generator<SmallBlob> {
    const bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    let at = 0;
    for (;;) {
      const headerEnd = bytes.indexOf(LF, at);
      if (headerEnd === -1) break;
      const header = this.parse(bytes.toString('latin1', at, headerEnd));
      const start = headerEnd + 1;
      if (header === null) {
        at = start;
        continue;
      }
      if (bytes.length < start + header.sizeBytes + 1) break;
      // A copy: the chunk would otherwise live as long as the blob.
      const content = Buffer.from(bytes.subarray(start, start + header.sizeBytes));
      at = start + header.sizeBytes + 1;
      if (header.type === 'blob') yield { oid: header.oid, path: header.path, content };
    }
    this.rest = Buffer.from(bytes.subarray(at));
  }

  /** @throws GitFailed when git stopped in the middle of an answer. */
  finish(): void {
    if (this.rest.length > 0) throw new GitFailed('cat-file', null, 'its answer was cut');
  }

  private parse(header: string): { oid: string; type: string; sizeBytes: number; path: string } | null {
    const [, oid = '', type = '', size = '', path = ''] = /^([0-9a-f]+) (\w+) (\d+) (.*)$/.exec(header) ?? [];
    if (oid !== '') return { oid, type, sizeBytes: Number(size), path };
    if (this.mayMiss && header.endsWith(' missing')) return null;
    throw new GitFailed('cat-file', null, `it said "${header.slice(0, 200)}"`);
  }
}
