import { Writable } from 'node:stream';
import type { ServerChannel } from 'ssh2';
import { OutputMeter } from '../flow/session-flow';
import type { ConnectionFlow } from './connection-flow';

/** What ssh2's channel keeps of a write that waited for the client's window. */
interface HeldWrites {
  _chunk?: Buffer;
  _chunkcb?: unknown;
  _chunkErr?: Buffer;
  _chunkcbErr?: unknown;
}

/** At 20 kB a second a piece takes six seconds. */
const PIECE_BYTES = 128 * 1024;

/**
 * Standard output and error of a session, written one chunk at a time: a client that does not read holds up whoever
 * writes, whatever window it has granted.
 */
export class ChannelOutput {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly meter = new OutputMeter();
  private turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly channel: ServerChannel,
    private readonly flow: ConnectionFlow,
    private readonly options: { signal: AbortSignal },
  ) {
    this.stdout = this.sinkTo(channel);
    // The declared type allows for a client's channel.
    this.stderr = this.sinkTo(channel.stderr as Writable);
  }

  private sinkTo(target: Writable): Writable {
    const sink = new Writable({
      signal: this.options.signal,
      write: (chunk: Buffer, _encoding, done) => this.inTurn(target, chunk).then(() => done(), done),
    });
    // Whoever writes learns of it from the write; nobody else has to.
    sink.on('error', () => undefined);
    return sink;
  }

  /** Both streams share the channel's window, and ssh2 mistakes one for the other when both wait for it. */
  private inTurn(target: Writable, chunk: Buffer): Promise<void> {
    const mine = this.turn.then(() => this.sendPieces(target, chunk));
    this.turn = mine.catch(() => undefined);
    return mine;
  }

  /** In pieces, so that a slow client is seen to move. */
  private async sendPieces(target: Writable, chunk: Buffer): Promise<void> {
    for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
      const piece = chunk.subarray(start, start + PIECE_BYTES);
      const taken = this.meter.begin(piece.length);
      await this.flow.send(piece.length, () => this.hand(target, piece));
      taken();
    }
  }

  private async hand(target: Writable, chunk: Buffer): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const { signal } = this.options;
      // A channel that was closed meanwhile never answers.
      const lost = () => reject(signal.reason);
      signal.addEventListener('abort', lost, { once: true });
      target.write(chunk, (error) => {
        signal.removeEventListener('abort', lost);
        if (error) reject(error);
        else resolve();
      });
    });
    // ssh2 leaves them there, and would repeat this write when the other stream waits for the window.
    const held = this.channel as HeldWrites;
    held._chunk = held._chunkcb = held._chunkErr = held._chunkcbErr = undefined;
  }
}
