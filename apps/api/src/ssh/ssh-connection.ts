import { once, setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { Server, type Connection, type ServerConfig } from 'ssh2';
import type { StallWatch } from '../flow/stall-watch';
import { ConnectionFlow } from './connection-flow';
import { PublicKeyLogin, type Keyring, type Login } from './public-key-login';
import { serveSession, type SshCommands } from './ssh-session';

export interface ConnectionLimits {
  /** From the connection's start until the client has signed in. */
  loginGraceMs: number;
  /** A client that has signed in and runs nothing for so long is hung up on. */
  idleMs: number;
  rekeyBytes: number;
  rekeyTimeoutMs: number;
}

export interface ConnectionOptions {
  config: ServerConfig;
  keyring: Keyring;
  commands: SshCommands;
  limits: ConnectionLimits;
  watch: StallWatch;
  /** @returns whether the client may stay. */
  onLogin(login: Login): boolean;
  /** Receives defects, not what clients do. */
  onError(error: unknown): void;
}

const MAX_SESSIONS = 10;
/** For the last words to a client that may not read them. */
const LAST_WORDS_MS = 5_000;

/** One client. Everything that is started for it ends with its socket. */
export class SshConnection {
  /** Resolves when the socket is closed and every command has ended. */
  readonly closed: Promise<void>;
  private readonly gone = new AbortController();
  private readonly sessions = new Set<Promise<void>>();
  private readonly grace: NodeJS.Timeout;
  private client: Connection | undefined;
  private isFinishing = false;
  /** Sessions that share the connection with none that comes after them. */
  private aloneSessions = 0;

  constructor(
    private readonly socket: Socket,
    private readonly options: ConnectionOptions,
  ) {
    this.grace = setTimeout(() => this.destroy(), options.limits.loginGraceMs);
    socket.on('error', () => undefined);
    // Half a connection is of no use: the rest of a pack has no reader.
    socket.once('end', () => this.destroy());
    this.closed = this.end();
    // Each session waits for it at a few places.
    setMaxListeners(8 * MAX_SESSIONS, this.gone.signal);
    // A server for each connection, so that the socket below ssh2's own object is known. It listens nowhere.
    new Server(options.config, (client, { header }) => this.serve(client, header.versions.software)).injectSocket(
      socket,
    );
  }

  /** Takes no more sessions, and closes once those under way have ended. */
  finish(): void {
    this.isFinishing = true;
    if (this.sessions.size === 0) this.hangUp();
  }

  destroy(): void {
    this.socket.destroy();
  }

  private async end(): Promise<void> {
    await once(this.socket, 'close').catch(() => undefined);
    clearTimeout(this.grace);
    this.gone.abort(new Error('the client has left'));
    await Promise.all(this.sessions);
  }

  private hangUp(): void {
    this.client?.end();
    this.socket.destroySoon();
    setTimeout(() => this.destroy(), LAST_WORDS_MS).unref();
  }

  private serve(client: Connection, software: string): void {
    this.client = client;
    client.on('error', () => this.hangUp());
    const attempt = new PublicKeyLogin(this.options.keyring, () => this.hangUp());
    client.on('authentication', (context) => {
      attempt.answer(context).catch((error: unknown) => {
        // The client may have left while the database was asked; ssh2 throws then.
        if (!this.gone.signal.aborted) this.options.onError(error);
        this.destroy();
      });
    });
    client.once('ready', () => {
      if (!attempt.login) return this.destroy();
      clearTimeout(this.grace);
      if (!this.options.onLogin(attempt.login)) return this.hangUp();
      this.serveSessions(client, { login: attempt.login, software });
    });
  }

  private serveSessions(client: Connection, who: { login: Login; software: string }): void {
    const { commands, limits, watch } = this.options;
    const { signal } = this.gone;
    const { rekeyBytes, rekeyTimeoutMs, idleMs } = limits;
    const address = this.socket.remoteAddress ?? '';
    const idle = setTimeout(() => this.hangUp(), idleMs);
    signal.addEventListener('abort', () => clearTimeout(idle), { once: true });
    const flow = new ConnectionFlow({ client, socket: this.socket, signal, rekeyBytes, rekeyTimeoutMs });
    client.on('session', (accept, reject) => {
      if (this.isFinishing || this.aloneSessions > 0 || this.sessions.size >= MAX_SESSIONS) return reject();
      let isAlone = false;
      const onAlone = () => {
        if (!isAlone) this.aloneSessions++;
        isAlone = true;
      };
      clearTimeout(idle);
      const context = { ...who, address, flow, watch, commands, signal, onAlone };
      const session = serveSession(accept(), context).catch(this.options.onError);
      this.sessions.add(session);
      void session.then(() => {
        this.sessions.delete(session);
        if (isAlone) this.aloneSessions--;
        if (this.sessions.size === 0) idle.refresh();
        if (this.isFinishing) this.finish();
      });
    });
  }
}
