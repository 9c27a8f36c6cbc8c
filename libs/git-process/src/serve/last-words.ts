import { Transform } from 'node:stream';
import { formatPkt, formatSidebandError, PKT_HEADER_SIZE, readPktHeader } from '@granary/wire';

/**
 * Passes what git tells a client, and breaks in between two packets with an error of the protocol when `over` fires:
 * band 3 where bands have begun (gitprotocol-pack(5), "Packfile Data"), `ERR` before. The stream ends behind it.
 */
export class LastWords extends Transform {
  private header: Buffer = Buffer.alloc(0);
  /** Of the packet that is passing. */
  private leftBytes = 0;
  private isPayloadNext = false;
  private hasBands = false;
  private isSaid = false;
  /** What passes is no sequence of packets: then there is no place for words. */
  private isForeign = false;

  constructor(
    private readonly text: string,
    private readonly over: AbortSignal,
  ) {
    super();
    const speak = () => this.sayBetween();
    over.addEventListener('abort', speak, { once: true });
    this.once('close', () => over.removeEventListener('abort', speak));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    let start = 0;
    for (let at = 0; at < chunk.length && !this.isSaid && !this.isForeign;) {
      at = this.follow(chunk, at);
      if (!this.over.aborted || !this.isBetween) continue;
      this.push(chunk.subarray(start, at));
      start = chunk.length;
      this.say();
    }
    if (!this.isSaid) this.push(chunk.subarray(start));
    done();
  }

  private get isBetween(): boolean {
    return this.leftBytes === 0 && this.header.length === 0 && !this.isForeign;
  }

  /** @returns where the piece ends that was looked at. */
  private follow(chunk: Buffer, at: number): number {
    if (this.leftBytes > 0) {
      if (this.isPayloadNext) this.hasBands = (chunk[at] as number) >= 1 && (chunk[at] as number) <= 3;
      this.isPayloadNext = false;
      const end = Math.min(chunk.length, at + this.leftBytes);
      this.leftBytes -= end - at;
      return end;
    }
    const end = Math.min(chunk.length, at + PKT_HEADER_SIZE - this.header.length);
    this.header = Buffer.concat([this.header, chunk.subarray(at, end)]);
    if (this.header.length === PKT_HEADER_SIZE) this.begin();
    return end;
  }

  private begin(): void {
    try {
      const header = readPktHeader(this.header);
      this.leftBytes = header?.kind === 'data' ? header.dataSize : 0;
      this.isPayloadNext = this.leftBytes > 0;
    } catch {
      this.isForeign = true;
    }
    this.header = Buffer.alloc(0);
  }

  private sayBetween(): void {
    if (this.isBetween && !this.isSaid && !this.writableEnded) this.say();
  }

  private say(): void {
    this.isSaid = true;
    const text = `${this.text}\n`;
    this.push(this.hasBands ? formatSidebandError(text) : formatPkt(`ERR ${text}`));
    this.push(null);
  }
}
