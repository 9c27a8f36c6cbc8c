import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { GrowingFileRoom } from './growing-file';
import { removeAbandoned, showLife } from './process-directory';

export interface SpoolRoomOptions {
  /** Processes that share it each have a directory of their own below it. */
  directory: string;
  /** What all files may take together; one may take half of it. 0: none. */
  maxBytes: number;
}

const SWEEP_MS = 60_000;
/** Of the disk's space, what is left to others. */
const SPARE_SHARE = 0.05;

/** A directory for the files of one process, with a budget that they share. */
export class SpoolRoom implements GrowingFileRoom {
  /** Called every minute. `isFull`: the disk has nothing to spare. */
  onSweep: ((isFull: boolean) => Promise<void>) | null = null;
  /** By all files together. */
  takenBytes = 0;
  private spareBytes = 0;
  private serial = 0;
  private readonly timer: NodeJS.Timeout;

  private constructor(
    private readonly options: SpoolRoomOptions,
    private readonly directory: string,
  ) {
    this.timer = setInterval(() => void this.sweep().catch(() => undefined), SWEEP_MS).unref();
  }

  static async open(options: SpoolRoomOptions): Promise<SpoolRoom> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const room = new SpoolRoom(options, await mkdtemp(join(options.directory, 'process-')));
    await room.sweep();
    return room;
  }

  /** Of a file that does not exist. */
  newPath(extension = ''): string {
    return join(this.directory, `${++this.serial}${extension}`);
  }

  /** Whether one file could hold so many bytes. */
  fits(sizeBytes: number): boolean {
    return sizeBytes <= Math.min(this.options.maxBytes / 2, this.spareBytes);
  }

  take(fileBytes: number, moreBytes: number): boolean {
    const { maxBytes } = this.options;
    if (fileBytes + moreBytes > maxBytes / 2 || this.takenBytes + moreBytes > maxBytes) return false;
    if (moreBytes > this.spareBytes) return false;
    this.takenBytes += moreBytes;
    this.spareBytes -= moreBytes;
    return true;
  }

  giveBack(sizeBytes: number): void {
    this.takenBytes -= sizeBytes;
  }

  /** Removes the directory with whatever is in it. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    await rm(this.directory, { recursive: true, force: true });
  }

  private async sweep(): Promise<void> {
    const { bavail, blocks, bsize } = await statfs(this.directory);
    this.spareBytes = Math.max(0, (bavail - blocks * SPARE_SHARE) * bsize);
    await this.onSweep?.(this.spareBytes === 0);
    await showLife(this.directory);
    await removeAbandoned(this.options.directory);
  }
}
