import { EventEmitter, once } from 'node:events';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { lines } from '../process/lines';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { TextTail } from '../process/text-tail';
import type { PackRequest } from './pack-request';

const READ_BYTES = 256 * 1024;
/** What may be held in memory of a pack that is too big for its file, or whose disk is full. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;
/** Until git has to wait for the disk. */
const MAX_WAITING_BYTES = 2 * 1024 * 1024;
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
  room: PackRoom;
  /** Called when the last reader left. */
  onIdle(): void;
}

/** Who grants the bytes of the file. */
export interface PackRoom {
  /** Whether a file of `fileBytes` may grow by `moreBytes`, which are then taken. */
  take(fileBytes: number, moreBytes: number): boolean;
  giveBack(sizeBytes: number): void;
}

/**
 * One pack: computed once by `git pack-objects`, read by any number of readers, each at its own speed, also while it
 * is being written. It lies in a file; where that must not grow, what comes behind it passes through memory at the
 * speed of the slowest reader, and nobody may join any more.
 */
export class PackEntry {
  private state: 'running' | 'complete' | 'failed' = 'running';
  private failure: Error | null = null;
  private file: FileHandle | null = null;
  private fileBytes = 0;
  /** Follow the file without a gap. Filled once the file may not grow. */
  private held: { offset: number; chunk: Buffer }[] = [];
  private isPassing = false;
  private isGivenUp = false;
  private totalBytes = 0;
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
    return this.state !== 'failed' && !this.isPassing && !this.isGivenUp;
  }

  get path(): string {
    return this.options.path;
  }

  /** Of the file. */
  get storedBytes(): number {
    return this.fileBytes;
  }

  /** Ends git where it still runs; readers fail then. */
  stop(): void {
    if (this.state !== 'running') return;
    this.isGivenUp = true;
    this.git?.stop();
  }

  /** Gives the file's descriptor back; to be called while nobody reads. */
  async rest(): Promise<void> {
    const file = this.file;
    this.file = null;
    await file?.close();
  }

  /** Removes the file. To be called when nobody reads from it. */
  async discard(): Promise<void> {
    this.stop();
    await this.settled;
    await this.rest();
    await rm(this.path, { force: true });
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
      if (this.totalBytes > 0 || this.state !== 'running') return;
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
    for (;;) {
      // Nothing may happen between these questions, or a pack could end before its last bytes.
      if (cursor.offset < this.totalBytes) {
        const sizeBytes = await this.copy(cursor.offset, buffers);
        cursor.offset += sizeBytes;
        if (this.isPassing) this.moved.emit('moved');
        return sizeBytes;
      } else if (this.failure) throw this.failure;
      else if (this.state === 'complete') return 0;
      else await once(this.moved, 'moved');
    }
  }

  /** @returns how many of the bytes from `at` on were copied: at least one. */
  private async copy(at: number, buffers: readonly Buffer[]): Promise<number> {
    if (at >= this.fileBytes) return this.copyHeld(at, buffers);
    this.file ??= await open(this.path, 'r');
    const { bytesRead } = await this.file.readv(within(buffers, this.fileBytes - at), at);
    if (bytesRead === 0) throw new Error('a cached pack is shorter than it was');
    return bytesRead;
  }

  private copyHeld(at: number, buffers: readonly Buffer[]): number {
    const found = this.held.find(({ offset, chunk }) => at >= offset && at < offset + chunk.length);
    if (!found) throw new Error('a part of a pack was dropped before it was read');
    let start = at - found.offset;
    for (const buffer of buffers) start += found.chunk.copy(buffer, 0, start);
    return start - (at - found.offset);
  }

  private async run(): Promise<void> {
    try {
      this.file = await open(this.path, 'wx+', 0o600).catch(() => null);
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
    const git = spawnGit(this.home, { repositoryPath, args: request.args, stderr: 'stream' });
    this.git = git;
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
      this.isPassing ||= !(await this.append(chunks, sizeBytes));
      if (this.isPassing) this.hold(chunks);
      this.totalBytes += sizeBytes;
      this.moved.emit('moved');
      if (this.isPassing) await this.waitForReaders();
    }
    // In the same breath as the last look: a chunk that comes now must start another.
    this.writing = null;
  }

  private hold(chunks: readonly Buffer[]): void {
    let offset = this.totalBytes;
    for (const chunk of chunks) {
      this.held.push({ offset, chunk });
      offset += chunk.length;
    }
  }

  /** @returns false when the file may not or cannot grow: the chunks are then not in it. */
  private async append(chunks: Buffer[], sizeBytes: number): Promise<boolean> {
    const { room } = this.options;
    if (!this.file || !room.take(this.fileBytes, sizeBytes)) return false;
    try {
      const { bytesWritten } = await this.file.writev(chunks, this.fileBytes);
      // A disk that takes a part only is full.
      if (bytesWritten !== sizeBytes) throw new Error('a pack was written in part');
    } catch {
      // Reading must work all the same.
      room.giveBack(sizeBytes);
      return false;
    }
    // Its bytes were counted off meanwhile.
    if (this.isGivenUp) room.giveBack(sizeBytes);
    else this.fileBytes += sizeBytes;
    return true;
  }

  private async waitForReaders(): Promise<void> {
    for (;;) {
      const slowest = Math.min(this.totalBytes, ...[...this.cursors].map(({ offset }) => offset));
      this.held = this.held.filter(({ offset, chunk }) => offset + chunk.length > slowest);
      if (this.totalBytes - Math.max(slowest, this.fileBytes) <= MAX_HELD_BYTES) return;
      await once(this.moved, 'moved');
    }
  }
}

/** The part of `buffers` that holds `sizeBytes`. */
function within(buffers: readonly Buffer[], sizeBytes: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, left = sizeBytes; at < buffers.length && left > 0; at++) {
    const part = (buffers[at] as Buffer).subarray(0, left);
    parts.push(part);
    left -= part.length;
  }
  return parts;
}
