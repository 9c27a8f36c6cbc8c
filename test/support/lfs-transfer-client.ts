import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { DELIM_PKT, FLUSH_PKT, formatPkt, takePkt, type Pkt } from '@granary/wire';
import { atEnd } from './cleanup';
import type { SshActor } from './ssh';

export interface TransferReply {
  status: number;
  args: string[];
  /** What follows the delimiter; null where there is none. */
  body: Buffer | null;
}

const PACKET_BYTES = 32768;

/** A client of `git-lfs-transfer` of one's own making, which sends what it is told. */
export class LfsTransferClient {
  private rest: Buffer = Buffer.alloc(0);
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly closed: Promise<unknown>;
  errors = '';

  /** The lines of a body of text, whose packets each end in a line feed. */
  static linesOf(body: Buffer | null): string[] {
    return String(body ?? '')
      .split('\n')
      .slice(0, -1);
  }

  private constructor(private readonly child: ChildProcess) {
    this.chunks = (child.stdout as Readable)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
    // The hub may hang up on what is written.
    child.stdin?.on('error', () => undefined);
    this.closed = once(child, 'close');
  }

  static start(who: SshActor, path: string, operation: 'upload' | 'download'): LfsTransferClient {
    const child = spawn('ssh', who.argumentsFor(`git-lfs-transfer '/${path}.git' ${operation}`), { env: who.env });
    atEnd(() => void child.kill('SIGKILL'));
    return new LfsTransferClient(child);
  }

  /** Also agrees on the version. */
  static async open(who: SshActor, path: string, operation: 'upload' | 'download'): Promise<LfsTransferClient> {
    const client = LfsTransferClient.start(who, path, operation);
    if ((await client.packets()).join() !== 'version=1,locking') throw new Error('other capabilities');
    const { status } = await client.ask(['version 1']);
    if (status !== 200) throw new Error(`the version: ${status}`);
    return client;
  }

  send(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve) => (this.child.stdin as Writable).write(bytes, () => resolve()));
  }

  /** A command with its arguments, and the body or lines that follow. */
  async ask(head: string[], body?: Buffer | string[]): Promise<TransferReply> {
    await this.send(Buffer.concat(head.map((line) => formatPkt(`${line}\n`))));
    if (Array.isArray(body)) await this.send(Buffer.concat([DELIM_PKT, ...body.map((line) => formatPkt(`${line}\n`))]));
    if (Buffer.isBuffer(body)) {
      await this.send(DELIM_PKT);
      for (let at = 0; at < body.length; at += PACKET_BYTES) {
        await this.send(formatPkt(body.subarray(at, at + PACKET_BYTES)));
      }
    }
    await this.send(FLUSH_PKT);
    return this.reply();
  }

  async reply(): Promise<TransferReply> {
    const lines: string[] = [];
    const body: Buffer[] = [];
    let isBody = false;
    for (;;) {
      const packet = await this.next();
      if (packet === null) throw new Error(`the hub hung up: ${lines.join()} ${this.errors}`);
      if (packet.kind === 'flush') break;
      if (packet.kind === 'delim') isBody = true;
      if (packet.kind !== 'data') continue;
      if (isBody) body.push(Buffer.from(packet.data));
      else lines.push(Buffer.from(packet.data).toString().trimEnd());
    }
    const [status = '', ...args] = lines;
    return { status: Number(status.replace('status ', '')), args, body: isBody ? Buffer.concat(body) : null };
  }

  /** The text packets as far as the next flush, or the end. */
  async packets(): Promise<string[]> {
    const texts: string[] = [];
    for (let packet = await this.next(); packet?.kind === 'data'; packet = await this.next()) {
      texts.push(Buffer.from(packet.data).toString().trimEnd());
    }
    return texts;
  }

  private async next(): Promise<Pkt | null> {
    for (;;) {
      const taken = takePkt(this.rest);
      if (taken) {
        this.rest = this.rest.subarray(taken.size);
        return taken.pkt;
      }
      const chunk = await this.chunks.next();
      if (chunk.done) return null;
      this.rest = Buffer.concat([this.rest, chunk.value]);
    }
  }

  /** Closes the input and waits for the end. @returns ssh's exit status. */
  async end(): Promise<number | null> {
    this.child.stdin?.end();
    // Nobody reads what the hub may still say.
    this.child.stdout?.resume();
    await this.closed;
    return this.child.exitCode;
  }

  /** Vanishes in the middle of whatever is under way. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    this.child.stdout?.resume();
    await this.closed;
  }
}
