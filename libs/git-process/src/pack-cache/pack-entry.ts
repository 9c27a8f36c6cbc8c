import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { lines } from '../process/lines';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { TextTail } from '../process/text-tail';
import { GrowingFile, type GrowingFileRoom } from '../spool/growing-file';
import { TurnBudget } from '../spool/turn-budget';
import type { PackRequest } from './pack-request';

const READ_BYTES = 256 * 1024;
/** What may be held in memory of a pack that is too big for its file, or whose disk is full. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** Until git has to wait for the disk. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;
/** Of packs and files, for all readers together. Some ten milliseconds of the thread that serves everybody. */
const BYTES_PER_TURN = 4 * 1024 * 1024;
const TURN = new TurnBudget(BYTES_PER_TURN);
const PROGRESS = /^\w+ objects: /;
const STDERR_TAIL_BYTES = 8 * 1024;

/** One reader of a pack. Must be left when its client is done or gone. */
export interface PackCursor {
  /** Of the first byte that is not yet read. */
  offset: number;
  readonly entry: PackEntry;
  /**
   * Waits for the first byte of the pack.
   *
   * @param onSaid each line of progress that git says before it, past ones included.
   * @throws GitFailed when there will be none.
   */
  begun(onSaid: (line: string) => void): Promise<void>;
  /**
   * Fills `buffers` one after another with the bytes that come next, as far as they are there; waits for the first.
   *
   * @returns how many; 0 at the end.
   * @throws GitFailed
   */
  fill(buffers: readonly Buffer[]): Promise<number>;
  /** The pack from its first byte, instead of {@link fill}. Fails when git fails. */
  read(): Readable;
  leave(): void;
}

export interface PackEntryOptions {
  repositoryPath: string;
  request: PackRequest;
  /** Where the pack is kept; must not exist. */
  path: string;
  room: GrowingFileRoom;
  /** Called when the last reader left. */
  onIdle(): void;
}

/**
 * One pack: computed once by `git pack-objects`, read by any number of readers, each at its own speed, also while it
 * is being written. It lies in a file; where that must not grow, what comes behind it passes through memory at the
 * speed of the slowest reader, and nobody may join any more.
 */
export class PackEntry {
  private state: 'running' | 'complete' | 'failed' = 'running';
  private failure: Error | null = null;
  private isGivenUp = false;
  private readonly body: GrowingFile;
  /** Chunks that git has printed and nobody can read yet. */
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | null = null;
  private readonly cursors = new Set<PackCursor>();
  private readonly said: string[] = [];
  private readonly moved = new EventEmitter().setMaxListeners(0);
  private git: GitProcess | null = null;
  /** Resolves when git has ended and the pack is complete or given up; never rejects. */
  readonly settled: Promise<void>;

  constructor(
    private readonly home: GitHome,
    private readonly options: PackEntryOptions,
  ) {
    this.body = new GrowingFile(options.path, options.room);
    this.settled = this.run();
  }

  get isComplete(): boolean {
    return this.state === 'complete';
  }

  get isInUse(): boolean {
    return this.cursors.size > 0;
  }

  /** Whether a newcomer could read the pack from its first byte. */
  get isJoinable(): boolean {
    return this.state !== 'failed' && !this.body.isPassing && !this.isGivenUp;
  }

  get path(): string {
    return this.body.path;
  }

  /** Of the file. */
  get storedBytes(): number {
    return this.body.fileBytes;
  }

  /** Ends git where it still runs; readers fail then. */
  stop(): void {
    if (this.state !== 'running') return;
    this.isGivenUp = true;
    this.body.countOff();
    this.git?.stop();
  }

  /** Gives the file's descriptor back; to be called while nobody reads. */
  rest(): Promise<void> {
    return this.body.rest();
  }

  /** Removes the file. To be called when nobody reads from it. */
  async discard(): Promise<void> {
    this.stop();
    await this.settled;
    await this.body.remove();
  }

  /** Keeps the entry and every byte that is not yet read; `isJoinable` must hold. */
  join(): PackCursor {
    const cursor: PackCursor = {
      offset: 0,
      entry: this,
      begun: (onSaid) => this.begun(cursor, onSaid),
      fill: (buffers) => this.fill(cursor, buffers),
      read: () => Readable.from(this.read(cursor), { objectMode: false, highWaterMark: READ_BYTES }),
      leave: () => this.leave(cursor),
    };
    this.cursors.add(cursor);
    return cursor;
  }

  /** Where nobody else reads a pack that is not done, nobody needs it. */
  private leave(cursor: PackCursor): void {
    this.cursors.delete(cursor);
    this.moved.emit('moved');
    if (this.isInUse) return;
    this.stop();
    this.options.onIdle();
  }

  private async begun(cursor: PackCursor, onSaid: (line: string) => void): Promise<void> {
    for (let seen = 0; ;) {
      for (; seen < this.said.length; seen++) onSaid(this.said[seen] as string);
      if (this.failure) throw this.failure;
      if (this.body.totalBytes > 0 || this.state !== 'running') return;
      if (!this.cursors.has(cursor)) throw new Error('the reader has left');
      await once(this.moved, 'moved');
    }
  }

  private async *read(cursor: PackCursor): AsyncGenerator<Buffer> {
    for (;;) {
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const sizeBytes = await cursor.fill([buffer]);
      if (sizeBytes === 0) return;
      yield buffer.subarray(0, sizeBytes);
    }
  }

  private async fill(cursor: PackCursor, buffers: readonly Buffer[]): Promise<number> {
    await TURN.take(buffers.reduce((sum, { length }) => sum + length, 0));
    for (;;) {
      // Nothing may happen between these questions, or a pack could end before its last bytes.
      if (cursor.offset < this.body.totalBytes) {
        const sizeBytes = await this.body.copy(cursor.offset, buffers);
        cursor.offset += sizeBytes;
        if (this.body.isPassing) this.moved.emit('moved');
        return sizeBytes;
      } else if (this.failure) throw this.failure;
      else if (this.state === 'complete') return 0;
      else await once(this.moved, 'moved');
    }
  }

  private async run(): Promise<void> {
    try {
      await this.body.create();
      await this.compute();
      this.state = 'complete';
    } catch (error) {
      this.git?.stop();
      await this.git?.done;
      this.failure = error as Error;
      this.state = 'failed';
    }
    this.moved.emit('moved');
  }

  private async compute(): Promise<void> {
    if (this.isGivenUp) throw new Error('nobody waits for the pack any more');
    const { repositoryPath, request } = this.options;
    const git = await spawnGit(this.home, { repositoryPath, args: request.args, stderr: 'stream' });
    this.git = git;
    if (this.isGivenUp) git.stop();
    git.stdin.end(request.revisions);
    const tail = new TextTail(STDERR_TAIL_BYTES);
    const listening = this.listen(git, tail).catch(() => undefined);
    // Without a pause since the start: Node throws away what nobody reads when the process exits.
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) await this.store(chunk);
    await this.writing;
    await listening;
    const { exitCode } = await git.done;
    if (exitCode !== 0) throw new GitFailed('pack-objects', exitCode, tail.toString());
  }

  private async listen({ stderr }: GitProcess, tail: TextTail): Promise<void> {
    if (!stderr) return;
    await lines(stderr, (line) => {
      tail.push(Buffer.from(`${line}\n`));
      // What else it says is for the log: it may name paths, and upload-pack tells clients better what is wrong.
      if (!PROGRESS.test(line)) return;
      this.said.push(line);
      this.moved.emit('moved');
    });
  }

  /** Takes a chunk off git's hands while earlier ones are still being written. */
  private async store(chunk: Buffer): Promise<void> {
    if (this.isGivenUp) return;
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    this.writing ??= this.write();
    if (this.waitingBytes > MAX_WAITING_BYTES) await this.writing;
  }

  private async write(): Promise<void> {
    while (this.waiting.length > 0) {
      const chunks = this.waiting;
      const sizeBytes = this.waitingBytes;
      [this.waiting, this.waitingBytes] = [[], 0];
      await this.body.append(chunks, sizeBytes);
      this.moved.emit('moved');
      if (this.body.isPassing) await this.waitForReaders();
    }
    // In the same breath as the last look: a chunk that comes now must start another.
    this.writing = null;
  }

  private async waitForReaders(): Promise<void> {
    for (;;) {
      const slowest = Math.min(this.body.totalBytes, ...[...this.cursors].map(({ offset }) => offset));
      if (this.body.forget(slowest) <= MAX_HELD_BYTES) return;
      await once(this.moved, 'moved');
    }
  }
}
