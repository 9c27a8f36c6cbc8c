import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { openSocketDirectory, yieldSessionToHub, type SocketDirectory } from '@granary/kernel';
import {
  INTRODUCTION_BYTES,
  parseIntroduction,
  type Greeting,
  type LaunchNews,
  type LaunchRequest,
} from './fork-server-protocol';
import type { LaunchCounts, LaunchedProgram, Launcher, Program, ProgramExit } from './launcher';
import { signalGroup } from './signal-group';

const DIRECTORY_PREFIX = 'granary-fork-';

export interface ForkServerOptions {
  /** Its program and what Node needs to load it; what is built unless a test has its own. */
  program?: { filename: string; execArgv?: string[] };
}

/** A launch, until it has been handed over and its program has exited, in whatever order the news of both come. */
interface Launch {
  readonly sockets: (Socket | undefined)[];
  pid: number | null;
  isHandedOver: boolean;
  hasExited: boolean;
  started(program: LaunchedProgram): void;
  failed(error: Error): void;
  readonly exited: Promise<ProgramExit>;
  end(exit: ProgramExit): void;
}

/**
 * Starts programs from a small process of its own, which itself starts with the first. fork(2) copies the page tables of
 * who calls it, and holds up the thread that calls: 20 ms in a hub of 300 MB, each time and for everybody, a quarter of
 * it in this small process and for nobody. The child's descriptors are sockets between the child and the hub; no byte passes through the fork server.
 *
 * It also ends what it started should the hub be killed: a repack neither reads nor writes anything by which it could
 * learn of the hub's end, and a parent-death signal (prctl(2)) does not reach what git starts.
 */
export class ForkServer implements Launcher {
  readonly counts: LaunchCounts = { started: 0, failed: 0, running: 0, forkServers: 0 };
  private process: ChildProcess | null = null;
  private readonly launches = new Map<number, Launch>();
  private lastId = 0;
  private isClosed = false;

  private constructor(
    private readonly directory: SocketDirectory,
    private readonly listener: Server,
    private readonly secret: string,
    private readonly options: ForkServerOptions,
  ) {}

  static async open(options: ForkServerOptions = {}): Promise<ForkServer> {
    const directory = openSocketDirectory(DIRECTORY_PREFIX);
    const listener = createServer({ allowHalfOpen: true });
    const server = new ForkServer(directory, listener, randomBytes(16).toString('hex'), options);
    listener.on('connection', (socket) => server.receive(socket));
    listener.listen(server.socketPath);
    await once(listener, 'listening');
    listener.unref();
    return server;
  }

  launch({ command, args, env, withChannel, isBackground = false }: Program): Promise<LaunchedProgram> {
    if (this.isClosed) return Promise.reject(new Error('The fork server is closed.'));
    const process = (this.process ??= this.start());
    const id = (this.lastId = (this.lastId + 1) >>> 0);
    const descriptors = withChannel ? 5 : 3;
    return new Promise((resolve, reject) => {
      this.launches.set(id, newLaunch(descriptors, resolve, reject));
      process.channel?.ref();
      const request: LaunchRequest = { id, command, args, env, descriptors, isBackground };
      process.send(request, (error) => error && this.fail(id, error));
    });
  }

  /** To be called when nothing runs any more; what does, is ended. */
  async close(): Promise<void> {
    this.isClosed = true;
    this.listener.close();
    const { process } = this;
    if (process && process.exitCode === null && process.signalCode === null) {
      const ended = once(process, 'exit');
      process.ref();
      process.disconnect();
      await ended;
    }
    await this.directory.remove();
  }

  get socketPath(): string {
    return this.directory.socketPath;
  }

  private start(): ChildProcess {
    const { filename, execArgv = [] } = this.options.program ?? { filename: join(__dirname, 'fork-server-program.js') };
    const child = spawn(process.execPath, ['--max-semi-space-size=1', ...execArgv, filename], {
      cwd: '/',
      detached: true,
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.on('message', (news: LaunchNews) => this.hear(news));
    const lost = (): void => this.lose(child);
    child.once('error', lost).once('exit', lost);
    const isAlive = (): boolean => child.exitCode === null && child.signalCode === null;
    if (child.pid !== undefined) void yieldSessionToHub(child.pid, { isBackground: false, isAlive });
    child.unref();
    child.channel?.unref();
    const greeting: Greeting = { socketPath: this.socketPath, secret: this.secret };
    child.send(greeting, () => undefined);
    this.process = child;
    this.counts.forkServers++;
    return child;
  }

  private hear(news: LaunchNews): void {
    const launch = this.launches.get(news.id);
    if (!launch) return;
    if (news.event === 'failed') return this.fail(news.id, Object.assign(new Error(news.message), { code: news.code }));
    if (news.event === 'started') {
      launch.pid = news.pid;
      this.counts.started++;
      this.counts.running++;
    } else {
      launch.hasExited = true;
      this.counts.running--;
      launch.end({ exitCode: news.exitCode, signal: news.signal });
    }
    this.settle(news.id, launch);
  }

  /** A descriptor's connection names its launch first; what follows is the child's. */
  private receive(socket: Socket): void {
    const drop = (): void => void socket.destroy();
    // What breaks it is told by the program's exit.
    socket.on('error', () => undefined);
    const read = (): void => {
      const bytes = socket.read(INTRODUCTION_BYTES) as Buffer | null;
      if (!bytes) return;
      socket.off('readable', read).off('end', drop);
      const introduction = bytes.length === INTRODUCTION_BYTES ? parseIntroduction(this.secret, bytes) : null;
      const launch = introduction && this.launches.get(introduction.id);
      if (!launch || introduction.descriptor >= launch.sockets.length) return drop();
      launch.sockets[introduction.descriptor] = socket;
      this.settle(introduction.id, launch);
    };
    socket.on('readable', read).once('end', drop);
  }

  /** Whose process this was has lost its parent: nobody would tell of its end. */
  private lose(child: ChildProcess): void {
    if (this.process === child) this.process = null;
    for (const [id, launch] of this.launches) {
      if (launch.pid !== null && !launch.hasExited) {
        signalGroup(launch.pid, 'SIGKILL');
        this.counts.running--;
      }
      launch.end({ exitCode: null, signal: 'SIGKILL' });
      this.fail(id, new Error('The fork server ended.'));
    }
  }

  /** Hands the program over once both its id and all its descriptors are here. */
  private settle(id: number, launch: Launch): void {
    if (!launch.isHandedOver && launch.pid !== null && launch.sockets.every((socket) => socket !== undefined)) {
      launch.isHandedOver = true;
      launch.started(programOf(launch.pid, launch.sockets as Socket[], launch.exited));
    }
    if (launch.isHandedOver && launch.hasExited) this.forget(id);
  }

  private fail(id: number, error: Error): void {
    const launch = this.launches.get(id);
    this.forget(id);
    if (!launch || launch.isHandedOver) return;
    this.counts.failed++;
    for (const socket of launch.sockets) socket?.destroy();
    launch.failed(error);
  }

  private forget(id: number): void {
    this.launches.delete(id);
    if (this.launches.size === 0) this.process?.channel?.unref();
  }
}

function newLaunch(descriptors: number, started: Launch['started'], failed: Launch['failed']): Launch {
  let end!: Launch['end'];
  const exited = new Promise<ProgramExit>((resolve) => (end = resolve));
  const sockets = new Array<Socket | undefined>(descriptors).fill(undefined);
  return { sockets, pid: null, isHandedOver: false, hasExited: false, started, failed, exited, end };
}

function programOf(pid: number, sockets: readonly Socket[], exited: Promise<ProgramExit>): LaunchedProgram {
  const [stdin, stdout, stderr, fromChild, toChild] = sockets as [Socket, Socket, Socket, Socket?, Socket?];
  for (const socket of [stdout, stderr, fromChild]) if (socket) readOnly(socket);
  for (const socket of [stdin, toChild]) if (socket) writeOnly(socket);
  const channel = fromChild && toChild ? { fromChild, toChild } : null;
  return { pid, stdin, stdout, stderr, channel, exited };
}

/** Ends as a pipe does: at the end of what is read. */
function readOnly(socket: Socket): void {
  socket.allowHalfOpen = false;
  socket.end();
}

/** Ends as a pipe does: when everything is written. */
function writeOnly(socket: Socket): void {
  socket.once('finish', () => socket.destroy());
}
