import { constants } from 'node:fs';
import { copyFile, open, stat, truncate, type FileHandle } from 'node:fs/promises';

const TAIL_BYTES = 4096;

/**
 * The server's log: a file that Postgres appends to by itself, so that it can still write when we are gone. It is
 * bounded by copying it aside and cutting it, which an appending writer does not notice.
 */
export class LogFile {
  constructor(
    readonly path: string,
    private readonly maxSizeBytes: number,
  ) {}

  /** For the server's standard error. */
  async openForAppend(): Promise<FileHandle> {
    const { O_WRONLY, O_APPEND, O_CREAT, O_NOFOLLOW } = constants;
    return open(this.path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0o600);
  }

  /** Keeps one former log as `.1`, so both together stay near twice the bound. */
  async rotate(): Promise<void> {
    if ((await this.sizeBytes()) <= this.maxSizeBytes) return;
    await copyFile(this.path, `${this.path}.1`);
    await truncate(this.path);
  }

  async sizeBytes(): Promise<number> {
    return stat(this.path).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /** The last lines written behind `offset`. */
  async tail(offset: number): Promise<string> {
    const handle = await open(this.path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const { size } = await handle.stat();
      const start = Math.max(offset <= size ? offset : 0, size - TAIL_BYTES);
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  }
}
