import type { Socket } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import {
  formatFrame,
  formatFrameHeader,
  framePieces,
  GateProtocolError,
  INPUT_WINDOW_BYTES,
  type GateFrame,
  type RunRequest,
} from '@granary/gate-protocol';
import { gitProtocolOf } from '@granary/git-process';
import { plainAddress } from '@granary/kernel';
import { z } from 'zod';
import { OutputMeter, SessionFlow } from '../flow/session-flow';
import type { StallWatch } from '../flow/stall-watch';
import type { SshCommands } from '../ssh/ssh-session';

export const RunRequestSchema: z.ZodType<RunRequest> = z.strictObject({
  fingerprint: z.string(),
  command: z.string().nullable(),
  protocol: z.string().nullable(),
  address: z.string().nullable(),
});

export interface GateSessionOptions {
  request: RunRequest;
  commands: SshCommands;
  watch: StallWatch;
  /** The connection's. */
  signal: AbortSignal;
}

/** Whichever account sshd has let the client in to, it is the one that the hub's own server calls so. */
const USER_NAME = 'git';

/** One command over a gate's socket, as `ssh-session.ts` has it over an SSH channel. */
export class GateSession {
  private readonly input: PassThrough;
  private readonly output = new OutputMeter();
  private inputBytes = 0;
  private unconsumedBytes = 0;

  constructor(
    private readonly socket: Socket,
    private readonly options: GateSessionOptions,
  ) {
    this.input = new PassThrough({ signal: options.signal });
    this.input.on('error', () => undefined);
    this.grant(INPUT_WINDOW_BYTES);
  }

  /** Runs the command and tells its exit status. */
  async run(): Promise<void> {
    const { request, commands, signal } = this.options;
    const { session, unwatch } = this.watched();
    const exitCode = await commands.run({
      login: { userName: USER_NAME, fingerprint: request.fingerprint },
      address: plainAddress(request.address ?? ''),
      command: request.command,
      protocol: gitProtocolOf(request.protocol ?? undefined),
      // sshd does not tell.
      software: null,
      input: this.input,
      // Connections are sshd's: MaxSessions says how many share one.
      beAlone: () => undefined,
      lull: (isLull) => void (session.isLull = isLull),
      output: this.sink('output'),
      errorOutput: this.sink('errorOutput'),
      signal,
    });
    unwatch();
    this.socket.end(formatFrame('exit', Buffer.from([exitCode])));
  }

  private watched() {
    const { watch, request } = this.options;
    const streams = { input: this.input, inputBytes: () => this.inputBytes, output: this.output };
    const session = new SessionFlow(streams, watch.policy);
    const unwatch = watch.watch({
      about: () => ({
        surface: 'ssh_gate',
        address: request.address,
        command: request.command,
        fingerprint: request.fingerprint,
      }),
      flows: session.flows,
      onStalled: () => this.socket.destroy(),
    });
    return { session, unwatch };
  }

  /** @throws GateProtocolError for what no client sends during a command, or beyond what was granted. */
  receive({ kind, payload }: GateFrame): void {
    if (kind === 'inputEnd') this.input.end();
    else if (kind !== 'input' || this.input.writableEnded) {
      throw new GateProtocolError(`A client does not send "${kind}" here.`);
    } else this.take(payload);
  }

  private take(bytes: Buffer): void {
    this.inputBytes += bytes.length;
    this.unconsumedBytes += bytes.length;
    if (this.unconsumedBytes > INPUT_WINDOW_BYTES) throw new GateProtocolError('More input came than was granted.');
    this.input.write(bytes, () => {
      this.unconsumedBytes -= bytes.length;
      this.grant(bytes.length);
    });
  }

  private grant(sizeBytes: number): void {
    if (!this.socket.writable) return;
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(sizeBytes);
    this.socket.write(formatFrame('grant', payload));
  }

  private sink(kind: 'output' | 'errorOutput'): Writable {
    const sink = new Writable({
      signal: this.options.signal,
      write: (chunk: Buffer, _encoding, done) => this.send(kind, chunk, done),
    });
    // Whoever writes learns of it from the write; nobody else has to.
    sink.on('error', () => undefined);
    return sink;
  }

  /** `done` once the client's side has taken the chunk: a client that does not read holds up whoever writes. */
  private send(kind: 'output' | 'errorOutput', chunk: Buffer, done: (error?: Error | null) => void): void {
    if (chunk.length === 0) return done();
    const taken = this.output.begin(chunk.length);
    this.socket.cork();
    for (const piece of framePieces(chunk)) {
      this.socket.write(formatFrameHeader(kind, piece.length));
      const isLast = piece.byteOffset + piece.length === chunk.byteOffset + chunk.length;
      if (isLast) this.socket.write(piece, (error) => (taken(), done(error)));
      else this.socket.write(piece);
    }
    this.socket.uncork();
  }
}
