import { once } from 'node:events';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { DomainError } from '@granary/kernel';
import { StallWatch } from '../flow/stall-watch';
import type { Keyring } from '../ssh/public-key-login';
import type { SshCommands } from '../ssh/ssh-session';
import { GateConnection } from './gate-connection';

export interface GateServerOptions {
  keyring: Keyring;
  commands: SshCommands;
  /** Receives defects, not what clients do. */
  onError(error: unknown): void;
  watch?: StallWatch;
}

export interface GateAddress {
  socketPath: string;
  /** The account that sshd signs clients in to. */
  account: string;
}

const MAX_CONNECTIONS = 1000;
/** sockaddr_un(7): 108 bytes with the NUL at the end. */
const MAX_PATH_BYTES = 107;

/**
 * Listens for the programs that an sshd in front of the hub starts (docs/ssh.md). Whoever may open the socket is
 * believed: its permissions are the only lock.
 */
export class GateServer {
  private readonly listener: Server;
  private readonly connections = new Set<GateConnection>();

  private account = '';

  private readonly watch: StallWatch;

  constructor(private readonly options: GateServerOptions) {
    this.watch = options.watch ?? new StallWatch();
    this.listener = createServer((socket) => this.welcome(socket));
    this.listener.maxConnections = MAX_CONNECTIONS;
  }

  /**
   * The socket's directory is made for the hub's account alone; an administrator gives it a group, which the socket
   * takes over from a directory with the setgid bit.
   *
   * @throws DomainError `unavailable` when the path is too long, or another hub listens there.
   */
  async start({ socketPath, account }: GateAddress): Promise<void> {
    this.account = account;
    if (Buffer.byteLength(socketPath) > MAX_PATH_BYTES) {
      throw new DomainError('unavailable', `The path of the SSH gate, ${socketPath}, is too long for a socket.`, {
        hint: `It may have ${MAX_PATH_BYTES} bytes. Set GRANARY_DATA_DIR to a shorter one.`,
      });
    }
    await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 });
    if (await answers(socketPath)) {
      throw new DomainError('unavailable', `Another hub listens on the SSH gate ${socketPath}.`, {
        hint: 'Set GRANARY_SSH_GATE for one hub of a data directory only.',
      });
    }
    await rm(socketPath, { force: true });
    this.listener.listen(socketPath);
    await once(this.listener, 'listening');
    // Until here only the directory's permissions count, and they are no wider.
    await chmod(socketPath, 0o660);
  }

  /** Takes no new clients, lets commands under way end within `graceMs`, then ends them. */
  async stop(graceMs: number): Promise<void> {
    if (!this.listener.listening) return;
    this.listener.close();
    const timer = setTimeout(() => this.connections.forEach((connection) => connection.destroy()), graceMs);
    await Promise.all([...this.connections].map(({ closed }) => closed));
    clearTimeout(timer);
  }

  private welcome(socket: Socket): void {
    const { account, options } = this;
    const connection = new GateConnection(socket, { ...options, watch: this.watch, account });
    this.connections.add(connection);
    void connection.closed.then(() => this.connections.delete(connection));
  }
}

/** Whether somebody listens there: a socket's file outlives a hub that was killed. */
function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(socketPath);
    probe.once('error', () => resolve(false));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}
