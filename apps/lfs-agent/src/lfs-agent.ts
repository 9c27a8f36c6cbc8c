// Sends large Git LFS objects in parts that go on after an interruption: a custom transfer agent for git-lfs
// (docs/custom-transfers.md there). One file without dependencies, so that it can be copied to any machine with Node.js.
//
//   node lfs-agent.cjs install [--global | --local]     tells git-lfs about it
//   node lfs-agent.cjs uninstall [--global | --local]   takes that back
//   node lfs-agent.cjs                                  is what git-lfs runs
import { spawnSync } from 'node:child_process';
import { createReadStream } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const NAME = 'granary-multipart';
const PARALLEL_PARTS = 4;
/** Rounds in a row that bring nothing forward. */
const MAX_FAILURES = 6;
const IDLE_TIMEOUT_MS = 120_000;

interface Part {
  number: number;
  offset: number;
  size: number;
  href: string;
  header: Record<string, string>;
}

/** What the hub answers: see docs/lfs.md. */
interface Session {
  arrived_size: number;
  next: { href: string };
  parts: Part[];
}

interface UploadMessage {
  event: 'upload';
  oid: string;
  size: number;
  path: string;
  action: { href: string; header?: Record<string, string> };
}

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

interface Sending {
  method: string;
  href: string;
  header?: Record<string, string>;
  body?: { path: string; part: Part; onBytes: (bytes: number) => void };
}

/** An answer that asking again does not mend. */
class Refused extends Error {}

const keepAlive = { keepAlive: true, maxSockets: 16 };
const agents = { 'http:': new http.Agent(keepAlive), 'https:': new https.Agent(keepAlive) };

/** One request. A body has a length always: S3 takes no chunks. */
function send({ method, href, header = {}, body }: Sending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(href);
    const isSecure = url.protocol === 'https:';
    const headers = { ...header, 'content-length': String(body?.part.size ?? 0) };
    const agent = agents[isSecure ? 'https:' : 'http:'];
    const request = (isSecure ? https : http).request(url, { method, headers, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      response.on('error', reject);
    });
    request.setTimeout(IDLE_TIMEOUT_MS, () => request.destroy(new Error('the server was silent for two minutes')));
    request.on('error', reject);
    if (!body) return void request.end();
    const { path, part, onBytes } = body;
    const file = createReadStream(path, { start: part.offset, end: part.offset + part.size - 1 });
    file.on('data', (chunk) => onBytes(chunk.length));
    file.on('error', (error) => request.destroy(error));
    request.on('close', () => file.destroy());
    file.pipe(request);
  });
}

function reasonOf({ status, text }: Answer): string {
  const { message = '' } = parse<{ message?: string }>(text) ?? {};
  return message || `the server answered ${status}`;
}

function parse<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** @throws Refused when the hub has said no for good. */
function requireOk(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  const isForGood = answer.status >= 400 && answer.status < 500 && ![408, 409, 425, 429].includes(answer.status);
  throw isForGood ? new Refused(reasonOf(answer)) : new Error(reasonOf(answer));
}

/** The upload of one object. Everything that is known of it stands at the hub. */
class Upload {
  private href: string;
  private sentBytes = 0;
  private toldBytes = 0;
  private failures = 0;

  constructor(
    private readonly message: UploadMessage,
    private readonly tell: (message: object) => void,
  ) {
    this.href = message.action.href;
  }

  async run(): Promise<void> {
    for (;;) {
      const session = await this.insist(() => this.ask());
      if (session.parts.length > 0) await this.sendAll(session);
      else if (await this.insist(() => this.complete())) return;
    }
  }

  private async ask(): Promise<Session> {
    const { text } = requireOk(await send({ method: 'GET', href: this.href, header: this.message.action.header }));
    const session = parse<Session>(text);
    if (!session || !Array.isArray(session.parts)) throw new Refused('the hub answered something else than a session');
    if (session.arrived_size > this.sentBytes) this.failures = 0;
    this.sentBytes = session.arrived_size;
    this.href = session.next.href;
    this.progress();
    return session;
  }

  private async sendAll({ parts }: Session): Promise<void> {
    const queue = parts.values();
    const errors: unknown[] = [];
    const work = async () => {
      for (const part of queue) {
        await this.sendPart(part).catch((error: unknown) => errors.push(error));
        if (errors.length > 0) return;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_PARTS }, work));
    // The next answer names what failed again, with new addresses.
    if (errors.length > 0) await this.pause(errors[0]);
  }

  private async sendPart(part: Part): Promise<void> {
    let bytes = 0;
    const onBytes = (more: number) => {
      bytes += more;
      this.sentBytes += more;
      this.progress();
    };
    const body = { path: this.message.path, part, onBytes };
    try {
      const answer = await send({ method: 'PUT', href: part.href, header: part.header, body });
      if (answer.status < 200 || answer.status > 299) throw new Error(`a part was refused: ${reasonOf(answer)}`);
    } catch (error) {
      this.sentBytes -= bytes;
      throw error;
    }
  }

  /** @returns false when parts are missing after all. */
  private async complete(): Promise<boolean> {
    for (;;) {
      const answer = await send({ method: 'POST', href: this.href, header: this.message.action.header });
      if (answer.status !== 429) return requireOk(answer).status < 300;
      // The hub is reading the whole of it; that takes as long as it takes.
      await sleep(1000 * Math.min(60, Math.max(1, Number(answer.headers['retry-after'] ?? 5))));
    }
  }

  private async insist<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        await this.pause(error);
      }
    }
  }

  private async pause(error: unknown): Promise<void> {
    if (error instanceof Refused || ++this.failures > MAX_FAILURES) throw error;
    process.stderr.write(`trying again: ${String(error)}\n`);
    await sleep(500 * 2 ** this.failures * (0.5 + Math.random() / 2));
  }

  /** git-lfs adds up what it is told, so it is never told less than before. */
  private progress(): void {
    const bytesSoFar = Math.min(this.sentBytes, this.message.size);
    const bytesSinceLast = bytesSoFar - this.toldBytes;
    if (bytesSinceLast <= 0) return;
    this.toldBytes = bytesSoFar;
    this.tell({ event: 'progress', oid: this.message.oid, bytesSoFar, bytesSinceLast });
  }
}

const tell = (message: object) => void process.stdout.write(`${JSON.stringify(message)}\n`);

async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const message = parse<{ event?: string; operation?: string; oid?: string }>(line);
    if (message?.event === 'terminate') return;
    if (message?.event === 'init') {
      const isUpload = message.operation === 'upload';
      tell(isUpload ? {} : { error: { code: 1, message: `${NAME} sends objects; it fetches none.` } });
    } else if (message?.event === 'upload') {
      const { oid } = message;
      await new Upload(message as UploadMessage, tell).run().then(
        () => tell({ event: 'complete', oid }),
        (error: unknown) => tell({ event: 'complete', oid, error: { code: 2, message: textOf(error) } }),
      );
    }
  }
}

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function git(scope: string, ...args: string[]): boolean {
  const { status, error } = spawnSync('git', ['config', scope, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (error) throw new Error(`git cannot be run: ${error.message}`);
  return status === 0;
}

/** @returns the exit status. */
function install(scope: string, isWanted: boolean): number {
  const section = `lfs.customtransfer.${NAME}`;
  // git-lfs hands the arguments to a shell.
  const self = `'${__filename.replaceAll("'", `'\\''`)}'`;
  const settings = { path: process.execPath, args: self, concurrent: 'true', direction: 'upload' };
  for (const [key, value] of Object.entries(settings)) {
    if (isWanted && !git(scope, `${section}.${key}`, value)) return 1;
    if (!isWanted) git(scope, '--unset-all', `${section}.${key}`);
  }
  process.stdout.write(`git-lfs ${isWanted ? 'knows' : 'has forgotten'} ${NAME} (${scope.slice(2)} configuration).\n`);
  return 0;
}

async function main([verb, scope = '--global', ...rest]: string[]): Promise<number> {
  if (verb === undefined) {
    await serve();
    return 0;
  }
  const isKnown = ['install', 'uninstall'].includes(verb) && ['--global', '--local'].includes(scope);
  if (isKnown && rest.length === 0) return install(scope, verb === 'install');
  process.stderr.write('usage: node lfs-agent.cjs install|uninstall [--global|--local]\n');
  return 2;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    process.stderr.write(`${NAME}: ${textOf(error)}\n`);
    process.exit(1);
  },
);
