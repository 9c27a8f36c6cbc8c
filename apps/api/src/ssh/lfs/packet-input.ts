import type { Readable } from 'node:stream';
import { PKT_HEADER_SIZE, ProtocolError, readPktHeader, takePkt, type Pkt } from '@granary/wire';

/** The longest path of a lock, four times over. */
const MAX_TEXT_BYTES = 16 * 1024;
/** A client has no reason for any; without end they would keep a body open that brings nothing. */
const MAX_EMPTY_PACKETS = 16;

/** The packets of a client, taken one at a time: what is not asked for stays in the client's window. */
export class PacketInput {
  /** Whether the bytes are no packets any more, so that where the next one begins is anybody's guess. */
  isBroken = false;
  private readonly chunks: AsyncIterator<Buffer>;
  private rest: Buffer = Buffer.alloc(0);
  /** Of a body's packet: what of its data has not come yet. */
  private bytesOfPacket = 0;
  /** One after the other. */
  private emptyPackets = 0;

  constructor(source: Readable) {
    this.chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /**
   * The next packet of text, whole; null when the client has closed its side.
   * @throws ProtocolError for what is no packet, is too long, or ends in the middle; the stream's own error.
   */
  text(): Promise<Pkt | null> {
    return this.orBroken(() => this.takeText());
  }

  /**
   * The next bytes of a body, as they come, whatever its packets are; null at its end.
   * @throws ProtocolError, as {@link text} does.
   */
  bodyBytes(): Promise<Buffer | null> {
    return this.orBroken(() => this.takeBodyBytes());
  }

  /** @throws ProtocolError, after which nothing more can be read. */
  giveUp(reason: string): never {
    this.isBroken = true;
    throw new ProtocolError(reason);
  }

  private async orBroken<T>(take: () => Promise<T>): Promise<T> {
    try {
      return await take();
    } catch (error) {
      this.isBroken = true;
      throw error;
    }
  }

  private async takeText(): Promise<Pkt | null> {
    for (;;) {
      const header = readPktHeader(this.rest);
      if (header?.kind === 'data' && header.dataSize > MAX_TEXT_BYTES) {
        throw new ProtocolError(`A line of ${header.dataSize} bytes exceeds the limit of ${MAX_TEXT_BYTES}`);
      }
      const taken = takePkt(this.rest);
      if (taken) {
        this.rest = this.rest.subarray(taken.size);
        return taken.pkt;
      }
      if (!(await this.readMore())) return null;
    }
  }

  private async takeBodyBytes(): Promise<Buffer | null> {
    while (this.bytesOfPacket === 0) {
      const header = readPktHeader(this.rest);
      if (!header) {
        await this.requireMore();
        continue;
      }
      this.rest = this.rest.subarray(PKT_HEADER_SIZE);
      if (header.kind === 'flush') return null;
      if (header.kind !== 'data') throw new ProtocolError('A body has data packets alone, and a flush at its end');
      this.bytesOfPacket = header.dataSize;
      this.emptyPackets = header.dataSize === 0 ? this.emptyPackets + 1 : 0;
      if (this.emptyPackets > MAX_EMPTY_PACKETS) throw new ProtocolError('A body has too many empty packets');
    }
    if (this.rest.length === 0) await this.requireMore();
    const bytes = this.rest.subarray(0, this.bytesOfPacket);
    this.rest = this.rest.subarray(bytes.length);
    this.bytesOfPacket -= bytes.length;
    return bytes;
  }

  private async requireMore(): Promise<void> {
    if (!(await this.readMore())) throw cutShort();
  }

  /** False at the end of the stream, where no packet of text is under way. */
  private async readMore(): Promise<boolean> {
    const next = await this.chunks.next();
    if (!next.done) {
      this.rest = this.rest.length === 0 ? next.value : Buffer.concat([this.rest, next.value]);
      return true;
    }
    if (this.rest.length > 0) throw cutShort();
    return false;
  }
}

const cutShort = () => new ProtocolError('The client stopped in the middle of a request');
