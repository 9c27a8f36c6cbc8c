import { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { PacketInput } from './packet-input';

/** What a client may send in vain: it reads no answer before it has sent all of a body. */
const PATIENCE_BYTES = 64 * 1024 * 1024;

/** The body of a `put-object`: never more bytes than were announced, and none that nobody reads. */
export class ObjectBody extends Readable {
  private receivedBytes = 0;
  private isAtEnd = false;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly input: PacketInput,
    private readonly sizeBytes: number,
  ) {
    super({ highWaterMark: 256 * 1024 });
    // Whoever reads it learns of it there; nobody else has to.
    this.on('error', () => undefined);
  }

  override _read(): void {
    this.reading = this.advance();
  }

  private async advance(): Promise<void> {
    try {
      const bytes = await this.receive();
      if (this.receivedBytes > this.sizeBytes) throw this.tooLong();
      this.push(bytes);
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  /**
   * Takes the rest off the input, so that the next request can be read.
   * @throws ProtocolError when that is more than is worth waiting for, and as the input does.
   */
  async discard(): Promise<void> {
    const wasTaken = this.reading !== undefined;
    this.destroy();
    await this.reading;
    const missingBytes = wasTaken ? Math.max(0, this.sizeBytes - this.receivedBytes) : 0;
    const limit = this.receivedBytes + missingBytes + PATIENCE_BYTES;
    while (!this.isAtEnd) {
      if (this.receivedBytes > limit) this.input.giveUp('The body goes on for too long');
      await this.receive();
    }
  }

  private async receive(): Promise<Buffer | null> {
    const bytes = await this.input.bodyBytes();
    if (bytes) this.receivedBytes += bytes.length;
    else this.isAtEnd = true;
    return bytes;
  }

  private tooLong(): DomainError {
    return new DomainError('hash_mismatch', `The body has more than the ${this.sizeBytes} bytes of the object.`, {
      hint: 'It was not stored. Run "git lfs fsck" and push again.',
    });
  }
}
