import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';

export interface FlowOptions {
  client: Connection;
  socket: Socket;
  /** Ends every wait. */
  signal: AbortSignal;
  /** New keys after so many bytes in both directions together (RFC 4253, section 9). */
  rekeyBytes: number;
  rekeyTimeoutMs: number;
}

/** ssh2 grants a window of 2 MiB, and as much again while the first is read. More comes from no honest client. */
const MAX_UNREAD_BYTES = 6 * 1024 * 1024;

/**
 * What ssh2 leaves to its user: it writes to the socket without looking whether that is full, queues in memory while
 * keys are exchanged, takes what a client sends beyond its window, and never asks for new keys by itself.
 */
export class ConnectionFlow {
  private readonly channels = new Set<ServerChannel>();
  private exchanges = 0;
  private bytesAtExchange = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: FlowOptions) {
    const { client, socket, signal } = options;
    client.on('rekey', () => this.exchanged());
    socket.on('data', () => this.received());
    signal.addEventListener('abort', () => clearTimeout(this.timer), { once: true });
  }

  /** Runs `write`, which hands `sizeBytes` to ssh2, and resolves once more may be handed over. */
  async send(sizeBytes: number, write: () => Promise<void>): Promise<void> {
    const { client, socket, signal } = this.options;
    const [bytesBefore, exchangesBefore] = [socket.bytesWritten, this.exchanges];
    // ssh2 makes two writes of each packet; together they cost one system call.
    socket.cork();
    const written = write();
    socket.uncork();
    await written;
    const isQueued = socket.bytesWritten - bytesBefore < sizeBytes;
    if (isQueued && this.exchanges === exchangesBefore) await once(client, 'rekey', { signal });
    if (socket.writableNeedDrain) await once(socket, 'drain', { signal });
    this.rekeyWhenDue();
  }

  /** Bounds what the client can make us keep of `channel`. @returns what ends that. */
  watch(channel: ServerChannel): () => void {
    this.channels.add(channel);
    return () => this.channels.delete(channel);
  }

  private received(): void {
    for (const channel of this.channels) {
      if (channel.readableLength > MAX_UNREAD_BYTES) this.options.socket.destroy();
    }
    this.rekeyWhenDue();
  }

  private get bytesMoved(): number {
    return this.options.socket.bytesRead + this.options.socket.bytesWritten;
  }

  private rekeyWhenDue(): void {
    const { client, socket, signal, rekeyBytes, rekeyTimeoutMs } = this.options;
    if (this.timer || signal.aborted || !client.authenticated) return;
    if (this.bytesMoved - this.bytesAtExchange < rekeyBytes) return;
    this.timer = setTimeout(() => socket.destroy(), rekeyTimeoutMs);
    client.rekey();
  }

  private exchanged(): void {
    this.exchanges++;
    this.bytesAtExchange = this.bytesMoved;
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
