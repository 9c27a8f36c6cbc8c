import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { addressBlock } from '@granary/kernel';
import type { ServerConfig } from 'ssh2';
import { StallWatch } from '../flow/stall-watch';
import { openHostKeys } from './host-keys';
import type { Keyring, Login } from './public-key-login';
import { serverConfig } from './server-config';
import { SshConnection, type ConnectionLimits } from './ssh-connection';
import type { SshCommands } from './ssh-session';
import { Startups, type Newcomer, type StartupLimits } from './startups';

export interface SshServerOptions {
  keyring: Keyring;
  commands: SshCommands;
  onError(error: unknown): void;
  warn?(text: string): void;
  limits?: Partial<ConnectionLimits>;
  watch?: StallWatch;
  startups?: StartupLimits;
}

export interface SshAddress {
  host: string;
  port: number;
  hostKeysDir: string;
}

const LIMITS: ConnectionLimits = {
  loginGraceMs: 30_000,
  idleMs: 600_000,
  rekeyBytes: 1024 ** 3,
  rekeyTimeoutMs: 60_000,
};
const MAX_CONNECTIONS = 1000;
/** Of those, what one key may hold. */
const MAX_OF_KEY = MAX_CONNECTIONS / 4;

function newcomer(socket: Socket): Newcomer {
  let heardAtMs = performance.now();
  let heardBytes = 0;
  return {
    block: addressBlock(socket.remoteAddress ?? ''),
    heardAtMs: () => {
      if (socket.bytesRead !== heardBytes) [heardAtMs, heardBytes] = [performance.now(), socket.bytesRead];
      return heardAtMs;
    },
    hangUp: () => void socket.destroy(),
  };
}

/** Listens for SSH clients. Who they are and what they may do is decided elsewhere. */
export class SshServer {
  private readonly listener: Server;
  private readonly connections = new Set<SshConnection>();
  private readonly startups: Startups;
  private readonly byKey = new Map<string, number>();
  private readonly watch: StallWatch;
  private config: ServerConfig | undefined;

  constructor(private readonly options: SshServerOptions) {
    this.startups = new Startups(options.startups);
    this.watch = options.watch ?? new StallWatch();
    this.listener = createServer({ noDelay: true }, (socket) => this.welcome(socket));
    this.listener.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws DomainError `unavailable` when a host key cannot be read; the system's error when the port is taken. */
  async start({ host, port, hostKeysDir }: SshAddress): Promise<void> {
    this.config = serverConfig(await openHostKeys(hostKeysDir, this.options));
    this.listener.listen({ host, port });
    await once(this.listener, 'listening');
  }

  /** The port that was taken, where {@link start} was told 0. */
  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  /** Takes no new clients, lets sessions under way end within `graceMs`, then ends them. */
  async stop(graceMs: number): Promise<void> {
    if (!this.listener.listening) return;
    this.listener.close();
    const timer = setTimeout(() => this.connections.forEach((connection) => connection.destroy()), graceMs);
    for (const connection of this.connections) connection.finish();
    await Promise.all([...this.connections].map(({ closed }) => closed));
    clearTimeout(timer);
  }

  private welcome(socket: Socket): void {
    const leave = this.startups.admit(newcomer(socket));
    if (!leave || !this.config) {
      socket.on('error', () => undefined);
      // RFC 4253, section 4.2: lines before the version string are shown by clients that care.
      socket.end('granary: too many clients are signing in right now; try again in a moment.\r\n');
      socket.destroySoon();
      return;
    }
    const { keyring, commands, onError, limits } = this.options;
    const connection: SshConnection = new SshConnection(socket, {
      config: this.config,
      keyring,
      commands,
      limits: { ...LIMITS, ...limits },
      watch: this.watch,
      onLogin: (login) => {
        leave();
        return this.mayStay(connection, login);
      },
      onError,
    });
    this.connections.add(connection);
    void connection.closed.then(() => {
      leave();
      this.connections.delete(connection);
    });
  }

  /** Whether who has signed in leaves room for others. */
  private mayStay(connection: SshConnection, { fingerprint }: Login): boolean {
    const count = (this.byKey.get(fingerprint) ?? 0) + 1;
    if (count > MAX_OF_KEY) return false;
    this.byKey.set(fingerprint, count);
    void connection.closed.then(() => {
      const rest = (this.byKey.get(fingerprint) ?? 0) - 1;
      if (rest > 0) this.byKey.set(fingerprint, rest);
      else this.byKey.delete(fingerprint);
    });
    return true;
  }
}
