import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import {
  Agent,
  request as ask,
  type ClientRequest,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { DomainError, openSocketDirectory, within, type SocketDirectory } from '@granary/kernel';
import { pageEnvironment } from './page-environment';
import { CLOSE, type PageFailure, type PageThreadNews, type PageThreadSettings } from './page-thread-messages';

const DIRECTORY_PREFIX = 'granary-pages-';
/** Of JavaScript's heap: a page that needs more ends the thread, and not the hub. */
const MAX_HEAP_MIB = 1024;
/** Between an end that nobody asked for and the next start. */
const RESTART_MS = 500;
/** How long a visitor waits for a thread that is starting again. */
const START_WAIT_MS = 10_000;
const RETRY_AFTER_SECONDS = 5;
const CLOSE_MS = 2_000;

/** Between the two servers alone (RFC 9110, section 7.6.1), or said anew by each of them. */
const HOP_BY_HOP = new Set([
  'connection',
  'date',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export interface PageThreadOptions extends Omit<PageThreadSettings, 'socketPath'> {
  /** Hears of what pages fail at. */
  onFailure(failure: PageFailure): void;
  /** Hears of the thread's end, where nobody asked for it. */
  onLost(error: Error): void;
  /** The thread's program, and what Node needs to load it; what is built unless a test has its own. */
  program?: { filename: string; execArgv?: string[] };
}

/**
 * The web UI on a thread of its own: a page takes React tens of milliseconds, the first one of its kind hundreds, and
 * the hub's thread serves everybody. Requests and answers pass through a Unix socket, as between a proxy and its server.
 *
 * A thread that ends, for want of memory or by a defect, is started again.
 */
export class PageThread {
  /** How often it was started. */
  starts = 0;
  private readonly agent = new Agent({ keepAlive: true });
  private worker: Worker | null = null;
  private isClosed = false;
  private listening: Promise<void>;

  private constructor(
    private readonly directory: SocketDirectory,
    private readonly options: PageThreadOptions,
  ) {
    this.listening = this.start();
    this.listening.catch(() => undefined);
  }

  /** Begins to start it; {@link ready} says when it has. */
  static open(options: PageThreadOptions): PageThread {
    return new PageThread(openSocketDirectory(DIRECTORY_PREFIX), options);
  }

  /** @throws what keeps the thread from serving pages. */
  ready(): Promise<void> {
    return this.listening;
  }

  /** Pages that are asked for and not yet answered to the end. */
  get underWay(): number {
    return Object.values(this.agent.sockets).reduce((count, sockets) => count + (sockets?.length ?? 0), 0);
  }

  get socketPath(): string {
    return this.directory.socketPath;
  }

  /** The part of its time that the thread was busy, from 0 to 1, since it started. */
  get utilization(): number {
    return this.worker?.performance.eventLoopUtilization().utilization ?? 0;
  }

  /**
   * Answers with a page. Headers that `response` has already are kept unless the page has its own.
   *
   * @throws DomainError `unavailable` when there is no thread, or when it ends before it answers.
   */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    await within(START_WAIT_MS, this.listening).catch(() => {
      throw unavailable();
    });
    const { socketPath } = this;
    const { method, url: path } = request;
    const asked = ask({ socketPath, agent: this.agent, method, path, headers: forwarded(request), setHost: false });
    // Also what comes after the answer, when its reader has left.
    asked.on('error', () => undefined);
    response.once('close', () => asked.destroy());
    // What is left of a body is taken in: its sender may read the answer only then.
    asked.once('close', () => request.unpipe(asked).resume());
    request.pipe(asked);
    const answer = await answerTo(asked).catch(() => null);
    if (response.closed) return;
    if (!answer) throw unavailable();
    writeHead(response, answer);
    answer.once('error', () => response.destroy()).pipe(response);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.agent.destroy();
    const { worker } = this;
    if (worker) {
      const ended = once(worker, 'exit');
      worker.postMessage(CLOSE);
      await within(CLOSE_MS, ended).catch(() => worker.terminate());
    }
    await this.directory.remove();
  }

  private async start(): Promise<void> {
    const { socketPath } = this;
    const { root, internalUrl, logLevel, program } = this.options;
    const { filename, execArgv } = program ?? { filename: join(__dirname, 'page-program.js') };
    const workerData: PageThreadSettings = { root, internalUrl, logLevel, socketPath };
    const env = pageEnvironment(internalUrl);
    const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MIB };
    const worker = new Worker(filename, { name: 'pages', workerData, env, resourceLimits, execArgv });
    this.worker = worker;
    this.starts++;
    await new Promise<void>((resolve, reject) => {
      let cause: unknown;
      worker.on('message', (news: PageThreadNews) => {
        if (news.event === 'listening') resolve();
        else this.options.onFailure(news);
      });
      worker.on('error', (error) => (cause = error));
      worker.once('exit', (code) => {
        this.worker = null;
        const error = new Error(`the thread of the pages ended with status ${code}`, { cause });
        reject(error);
        if (!this.isClosed) this.lose(error);
      });
    });
  }

  private lose(error: Error): void {
    this.options.onLost(error);
    this.listening = this.startAgain();
    this.listening.catch(() => undefined);
  }

  private async startAgain(): Promise<void> {
    await sleep(RESTART_MS, undefined, { ref: false });
    await rm(this.socketPath, { force: true });
    if (!this.isClosed) await this.start();
  }
}

function forwarded({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

function answerTo(asked: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => asked.once('response', resolve).once('error', reject).once('close', reject));
}

function writeHead(response: ServerResponse, { statusCode = 500, headersDistinct }: IncomingMessage): void {
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    const [only, ...more] = values;
    if (only !== undefined && !HOP_BY_HOP.has(name)) response.setHeader(name, more.length > 0 ? values : only);
  }
  response.writeHead(statusCode);
  response.flushHeaders();
}

function unavailable(): DomainError {
  return new DomainError('unavailable', 'The hub cannot show pages at this moment.', {
    hint: `Try again in ${RETRY_AFTER_SECONDS} seconds.`,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
