import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

const COPIES = 7;
const PATIENCE_MS = 10_000;
const PROGRAM = { filename: join(__dirname, 'listener-copies-program.js'), execArgv: [] as string[] };

/**
 * More descriptors of the socket that a server listens on. The event loop accepts one connection a turn for each (libuv,
 * `uv__server_io`); while turns are long, who knocks would wait for as many turns as knock before. A descriptor is copied
 * by sending it to another process and back (SCM_RIGHTS, unix(7)): Node has no dup(2).
 *
 * Never fails: without copies the server serves as any other.
 */
export class ListenerCopies {
  private readonly copies: Server[] = [];
  private child: ChildProcess | null = null;
  private isClosed = false;

  constructor(private readonly program = PROGRAM) {}

  /** Connections through the copies become connections of `server`, which has to listen already. */
  async open(server: HttpServer): Promise<void> {
    const handle: unknown = Object(server)._handle;
    if (!handle) return;
    const { filename, execArgv } = this.program;
    const child = fork(filename, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], env: {}, execArgv });
    this.child = child;
    // What it has sent may be read after it has ended.
    const ended = once(child, 'close').catch(() => undefined);
    child.on('error', () => undefined);
    child.on('message', (_message, copy) => this.listen(server, copy));
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
    child.send({ count: COPIES }, handle as Server, { keepOpen: true }, () => undefined);
    await ended;
    clearTimeout(timer);
    this.child = null;
  }

  /** Stops accepting. @returns when the connections that came through the copies have ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.child?.kill('SIGKILL');
    await Promise.all(this.copies.map((copy) => new Promise((resolve) => copy.close(resolve))));
  }

  private listen(server: HttpServer, handle: unknown): void {
    // As an HTTP server makes its own connections.
    const copy = createServer({ allowHalfOpen: true, noDelay: true });
    copy.on('connection', (socket: Socket) => {
      // By it a connection finds who hears of its errors.
      Object.assign(socket, { server });
      server.emit('connection', socket);
    });
    copy.on('error', () => undefined);
    copy.listen({ _handle: handle });
    this.copies.push(copy);
    if (this.isClosed) copy.close();
  }
}
