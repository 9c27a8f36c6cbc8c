import { parseObjectInfo, type ObjectInfo } from './object-name';

/** One question to `git cat-file --batch-command`. */
export interface BatchRequest {
  /** NUL-free; git echoes it when it finds nothing. */
  name: Buffer;
  command: 'info' | 'contents';
}

export interface BatchAnswer {
  info: ObjectInfo;
  /** `null` for `info`. */
  contents: Buffer | null;
}

const LF = 0x0a;

/**
 * Takes answers off what git prints, in the order of the questions (git-cat-file(1), "BATCH OUTPUT").
 *
 * An answer is `<oid> SP <type> SP <size> LF`, for `contents` followed by the bytes and LF, or `<name> SP <reason> LF`
 * where there is no such object; a name may hold line feeds.
 */
export class BatchReader {
  private header: Buffer = Buffer.alloc(0);
  private body: { info: ObjectInfo; chunks: Buffer[]; missingBytes: number } | null = null;

  /**
   * @param nextRequest the oldest question without an answer.
   * @param onAnswer `null` when the object is missing, or its name is ambiguous.
   */
  constructor(
    private readonly nextRequest: () => BatchRequest | undefined,
    private readonly onAnswer: (answer: BatchAnswer | null) => void,
  ) {}

  /** @throws Error when git prints what no question asked for; the process is of no use then. */
  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) rest = this.body ? this.takeBody(rest) : this.takeHeader(rest);
  }

  private takeHeader(chunk: Buffer): Buffer {
    const request = this.nextRequest();
    if (!request) throw new Error('git cat-file answered without being asked');
    const bytes = this.header.length === 0 ? chunk : Buffer.concat([this.header, chunk]);
    const end = headerEnd(bytes, request.name);
    if (end === -1) {
      this.header = Buffer.from(bytes);
      return Buffer.alloc(0);
    }
    this.header = Buffer.alloc(0);
    const info = parseObjectInfo(bytes.subarray(0, end).toString('latin1'));
    if (info && request.command === 'contents') this.body = { info, chunks: [], missingBytes: info.sizeBytes + 1 };
    else this.onAnswer(info && { info, contents: null });
    return bytes.subarray(end + 1);
  }

  private takeBody(chunk: Buffer): Buffer {
    const body = this.body as NonNullable<typeof this.body>;
    const part = chunk.subarray(0, body.missingBytes);
    body.chunks.push(part);
    body.missingBytes -= part.length;
    if (body.missingBytes === 0) {
      this.body = null;
      const bytes = Buffer.concat(body.chunks);
      this.onAnswer({ info: body.info, contents: bytes.subarray(0, -1) });
    }
    return chunk.subarray(part.length);
  }
}

/** Where the header's line feed stands, past those of an echoed name; -1 when more bytes are needed. */
function headerEnd(bytes: Buffer, name: Buffer): number {
  const common = Math.min(bytes.length, name.length);
  const isEcho = bytes.subarray(0, common).equals(name.subarray(0, common));
  return bytes.indexOf(LF, isEcho ? name.length : 0);
}
