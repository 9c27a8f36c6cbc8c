import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { BodySize } from '../body-size';
import type { MeasuredFile } from '../measure/measured-file';
import { guard } from './storage-failure';

const HIGH_WATER_MARK_BYTES = 1024 * 1024;
const SYNC_EVERY_BYTES = 64 * 1024 * 1024;

type Done = (error?: Error | null) => void;

/**
 * Writes a body to an open file and makes it durable before it reports "finish". The handle stays the caller's.
 *
 * The kernel is asked for the disk every 64 MiB beside the writing (fdatasync(2)): one sync at the end would leave the
 * disk idle while the body arrives and then make the client wait for all of it.
 */
export class FileSink extends Writable {
  private unsyncedBytes = 0;
  private syncing?: Promise<unknown>;

  constructor(
    private readonly file: FileHandle,
    private readonly size: BodySize,
    private readonly measured: MeasuredFile | null = null,
  ) {
    super({ highWaterMark: HIGH_WATER_MARK_BYTES, decodeStrings: true });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.append([chunk]).then(() => done(), done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: Done): void {
    this.append(chunks.map(({ chunk }) => chunk)).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.finish().then(() => done(), done);
  }

  private async append(chunks: Buffer[]): Promise<void> {
    const lengthBytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    this.size.add(lengthBytes);
    await guard(writeAll(this.file, chunks));
    this.measured?.written(chunks);
    this.unsyncedBytes += lengthBytes;
    if (this.unsyncedBytes >= SYNC_EVERY_BYTES && !this.syncing) this.startSync();
  }

  private startSync(): void {
    this.unsyncedBytes = 0;
    this.syncing = guard(this.file.datasync())
      .catch((error: Error) => this.destroy(error))
      .finally(() => (this.syncing = undefined));
  }

  private async finish(): Promise<void> {
    this.size.finish();
    await this.syncing;
    await guard(this.file.sync());
  }
}

/** write(2) may stop early, on a nearly full disk for one: go on until it says why. */
async function writeAll(file: FileHandle, chunks: Buffer[]): Promise<void> {
  let rest = chunks;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest);
    rest = dropFirst(rest, bytesWritten);
  }
}

function dropFirst(chunks: Buffer[], lengthBytes: number): Buffer[] {
  let skip = lengthBytes;
  let index = 0;
  for (let chunk = chunks[0]; chunk && chunk.length <= skip; chunk = chunks[++index]) skip -= chunk.length;
  const [cut, ...whole] = chunks.slice(index);
  return cut ? [cut.subarray(skip), ...whole] : [];
}
