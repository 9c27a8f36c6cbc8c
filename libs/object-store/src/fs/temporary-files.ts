import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { guard, nullOn } from './storage-failure';

const { O_CREAT, O_EXCL, O_RDWR, O_NOFOLLOW } = constants;

/** Of stored files: their owner and group alone. */
export const OBJECT_MODE = 0o640;

export interface TemporaryFile {
  path: string;
  handle: FileHandle;
}

/** Bodies on their way in. They share the objects' file system, so that a rename(2) publishes them. */
export class TemporaryFiles {
  private readonly inUse = new Set<string>();

  constructor(private readonly directory: string) {}

  async create(): Promise<TemporaryFile> {
    const name = randomUUID();
    const path = join(this.directory, name);
    const handle = await guard(open(path, O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW, OBJECT_MODE));
    this.inUse.add(name);
    return { path, handle };
  }

  /** Closes the file and removes it where it was not renamed. Never throws: what stays is swept later. */
  async discard(file: TemporaryFile): Promise<void> {
    await file.handle.close().catch(() => undefined);
    await rm(file.path, { force: true }).catch(() => undefined);
    this.inUse.delete(file.path.slice(this.directory.length + 1));
  }

  async sweepStale(olderThanMs: number): Promise<number> {
    const before = Date.now() - olderThanMs;
    let removed = 0;
    for (const name of await guard(readdir(this.directory))) {
      if (this.inUse.has(name) || !(await this.isOlder(name, before))) continue;
      await guard(rm(join(this.directory, name), { force: true }));
      removed++;
    }
    return removed;
  }

  private async isOlder(name: string, beforeMs: number): Promise<boolean> {
    const facts = await nullOn(['ENOENT'], lstat(join(this.directory, name)));
    return facts !== null && facts.isFile() && facts.mtimeMs <= beforeMs;
  }
}
