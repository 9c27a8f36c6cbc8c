import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import {
  formatFrame,
  formatFrameHeader,
  framePieces,
  GateFrameReader,
  type GateFrame,
  type RunRequest,
} from '@granary/gate-protocol';
import { GateError, openGate } from './gate-socket';

export interface StandardStreams {
  input: Readable;
  output: Writable;
  errorOutput: Writable;
}

/**
 * Has the hub run one command, and moves its standard streams. Neither side keeps more than a window of what the other
 * has not taken.
 *
 * @returns the command's exit status.
 * @throws GateError when the hub is gone before it told one.
 */
export async function runCommand(socketPath: string, request: RunRequest, streams: StandardStreams): Promise<number> {
  const socket = await openGate(socketPath);
  const status = new Conversation(socket, streams).status;
  socket.write(formatFrame('run', JSON.stringify(request)));
  return status;
}

class Conversation {
  readonly status: Promise<number>;
  private readonly reader = new GateFrameReader();
  private readonly full = new Set<Writable>();
  private grantedBytes = 0;
  private waiting: Buffer[] = [];
  private input: 'open' | 'ended' | 'told' = 'open';
  private onExit: (status: number) => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    private readonly streams: StandardStreams,
  ) {
    this.status = new Promise((resolve, reject) => {
      let isOver = false;
      this.onExit = (status) => {
        isOver = true;
        this.afterOutput(() => resolve(status));
      };
      socket
        .on('error', () => undefined)
        .once('close', () => {
          if (!isOver) reject(new GateError('the hub ended the connection; try again in a moment.'));
        });
    });
    socket.on('data', (chunk: Buffer) => {
      for (const frame of this.reader.push(chunk)) this.obey(frame);
    });
    this.takeInput();
    // Whoever is behind sshd has left: the hub learns it from the socket's end.
    for (const stream of Object.values(streams) as (Readable | Writable)[]) stream.on('error', () => socket.destroy());
  }

  private takeInput(): void {
    const { input } = this.streams;
    input.on('data', (chunk: Buffer) => {
      this.waiting.push(chunk);
      this.sendInput();
    });
    input.once('end', () => {
      this.input = 'ended';
      this.sendInput();
    });
  }

  private obey({ kind, payload }: GateFrame): void {
    if (kind === 'output') this.deliver(this.streams.output, payload);
    if (kind === 'errorOutput') this.deliver(this.streams.errorOutput, payload);
    if (kind === 'grant') {
      this.grantedBytes += payload.readUInt32BE(0);
      this.sendInput();
    }
    if (kind === 'exit') this.onExit(payload[0] ?? 1);
  }

  private deliver(target: Writable, bytes: Buffer): void {
    if (target.write(bytes) || this.full.has(target)) return;
    this.full.add(target);
    this.socket.pause();
    target.once('drain', () => {
      this.full.delete(target);
      if (this.full.size === 0) this.socket.resume();
    });
  }

  private sendInput(): void {
    for (let chunk = this.waiting.shift(); chunk; chunk = this.waiting.shift()) {
      const welcome = chunk.subarray(0, this.grantedBytes);
      this.grantedBytes -= welcome.length;
      this.socket.cork();
      for (const piece of framePieces(welcome)) {
        this.socket.write(formatFrameHeader('input', piece.length));
        this.socket.write(piece);
      }
      this.socket.uncork();
      if (welcome.length === chunk.length) continue;
      this.waiting.unshift(chunk.subarray(welcome.length));
      this.streams.input.pause();
      return;
    }
    if (this.input === 'open') this.streams.input.resume();
    if (this.input !== 'ended') return;
    this.input = 'told';
    this.socket.write(formatFrame('inputEnd'));
  }

  /** An empty write is done once everything before it has left. */
  private afterOutput(done: () => void): void {
    const { output, errorOutput } = this.streams;
    output.write('', () => errorOutput.write('', () => done()));
  }
}
