import { Readable } from 'node:stream';
import { SharedBody, TurnBudget, type GrowingFileRoom, type ReaderPlace } from '@granary/spool';
import type { GitHome } from '../home/git-home';
import { GitFailed } from '../process/git-failed';
import { lines } from '../process/lines';
import { spawnGit, type GitProcess } from '../process/spawn-git';
import { TextTail } from '../process/text-tail';
import type { PackRequest } from './pack-request';

const READ_BYTES = 256 * 1024;
/** Of packs and files, for all readers together. Some ten milliseconds of the thread that serves everybody. */
const BYTES_PER_TURN = 4 * 1024 * 1024;
const TURN = new TurnBudget(BYTES_PER_TURN);
const PROGRESS = /^\w+ objects: /;
const STDERR_TAIL_BYTES = 8 * 1024;

/** One reader of a pack. Must be left when its client is done or gone. */
export interface PackCursor extends ReaderPlace {
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

/** One pack: computed once by `git pack-objects`, read by any number of readers, also while it is being written. */
export class PackEntry {
  private readonly body: SharedBody;
  private isGivenUp = false;
  private readonly said: string[] = [];
  private git: GitProcess | null = null;
  /** Resolves when git has ended and the pack is complete or given up; never rejects. */
  readonly settled: Promise<void>;

  constructor(
    private readonly home: GitHome,
    private readonly options: PackEntryOptions,
  ) {
    this.body = new SharedBody(options.path, options.room);
    this.settled = this.run();
  }

  get isComplete(): boolean {
    return this.body.isComplete;
  }

  get isInUse(): boolean {
    return this.body.isInUse;
  }

  /** Whether a newcomer could read the pack from its first byte. */
  get isJoinable(): boolean {
    return this.body.isJoinable;
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
    if (!this.body.isRunning) return;
    this.isGivenUp = true;
    this.body.countOff();
    this.body.giveUp();
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
    this.body.join(cursor);
    return cursor;
  }

  /** Where nobody else reads a pack that is not done, nobody needs it. */
  private leave(cursor: PackCursor): void {
    this.body.leave(cursor);
    if (this.isInUse) return;
    this.stop();
    this.options.onIdle();
  }

  private async begun(cursor: PackCursor, onSaid: (line: string) => void): Promise<void> {
    const { body, said } = this;
    for (let seen = 0; ;) {
      for (; seen < said.length; seen++) onSaid(said[seen] as string);
      if (body.failure) throw body.failure;
      if (body.totalBytes > 0 || !body.isRunning) return;
      if (!body.has(cursor)) throw new Error('the reader has left');
      await body.change();
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
    return this.body.fill(cursor, buffers);
  }

  private async run(): Promise<void> {
    try {
      await this.body.createFile();
      await this.compute();
      this.body.complete();
    } catch (error) {
      this.git?.stop();
      await this.git?.done;
      this.body.fail(error as Error);
    }
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
    for await (const chunk of git.stdout as AsyncIterable<Buffer>) await this.body.append(chunk);
    await this.body.flush();
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
      this.body.announce();
    });
  }
}
