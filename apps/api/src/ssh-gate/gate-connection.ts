import { once, setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { formatFrame, GateFrameReader, GateProtocolError, type GateFrame } from '@granary/gate-protocol';
import type { StallWatch } from '../flow/stall-watch';
import type { Keyring } from '../ssh/public-key-login';
import type { SshCommands } from '../ssh/ssh-session';
import { answerKeys, KeysRequestSchema } from './gate-keys';
import { GateSession, RunRequestSchema } from './gate-session';

export interface GateConnectionOptions {
  keyring: Keyring;
  commands: SshCommands;
  account: string;
  watch: StallWatch;
  onError(error: unknown): void;
}

/** For a client to say what it wants, and to take the last words. */
const PATIENCE_MS = 15_000;
const MAX_WAITS = 20;

/** One program that sshd started: one question about a key, or one command. All of it ends with the socket. */
export class GateConnection {
  /** Resolves when the socket is closed and the command has ended. */
  readonly closed: Promise<void>;
  private readonly reader = new GateFrameReader();
  private readonly gone = new AbortController();
  private readonly patience: NodeJS.Timeout;
  private session: GateSession | undefined;
  private work: Promise<void> | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly options: GateConnectionOptions,
  ) {
    this.patience = setTimeout(() => this.destroy(), PATIENCE_MS);
    socket.on('error', () => undefined);
    this.closed = this.end();
    // A command waits for it at a few places.
    setMaxListeners(MAX_WAITS, this.gone.signal);
    // Always read: the end of the socket is how a client's leaving is noticed.
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
  }

  destroy(): void {
    this.socket.destroy();
  }

  private async end(): Promise<void> {
    // An error is the end, too; the socket is closed right after it.
    await once(this.socket, 'close').catch(() => undefined);
    clearTimeout(this.patience);
    this.gone.abort(new Error('the client has left'));
    await this.work;
  }

  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.reader.push(chunk)) this.obey(frame);
    } catch (error) {
      this.destroy();
      if (!(error instanceof GateProtocolError)) this.options.onError(error);
    }
  }

  private obey(frame: GateFrame): void {
    if (this.session) return this.session.receive(frame);
    if (this.work || (frame.kind !== 'keys' && frame.kind !== 'run')) {
      throw new GateProtocolError(`A client does not send "${frame.kind}" here.`);
    }
    this.work = (frame.kind === 'keys' ? this.answer(frame.payload) : this.run(frame.payload)).catch(
      (error: unknown) => {
        if (!this.gone.signal.aborted) this.options.onError(error);
        this.destroy();
      },
    );
  }

  private async answer(payload: Buffer): Promise<void> {
    const request = KeysRequestSchema.parse(JSON.parse(payload.toString()));
    this.socket.end(formatFrame('answer', JSON.stringify(await answerKeys(request, this.options))));
  }

  private async run(payload: Buffer): Promise<void> {
    clearTimeout(this.patience);
    const request = RunRequestSchema.parse(JSON.parse(payload.toString()));
    const { commands, watch } = this.options;
    this.session = new GateSession(this.socket, { request, commands, watch, signal: this.gone.signal });
    await this.session.run();
    setTimeout(() => this.destroy(), PATIENCE_MS).unref();
  }
}
