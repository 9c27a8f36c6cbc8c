import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, link, lstat, open, rm, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError, makeDurableDirectory, syncDirectory } from '@granary/kernel';
import { BodySize } from '../body-size';
import { clampByteRange } from '../byte-range';
import { concatenated } from '../concatenated';
import { measureFile } from '../measure/measure';
import type { Measurement } from '../measure/measurement';
import { checkObjectKey, checkObjectPrefix } from '../object-key';
import type { ListedObject, ObjectFacts, ObjectStore, PutOptions, ReadOptions } from '../object-store';
import { publish } from './durable-directory';
import { FileSink } from './file-sink';
import { errnoCode, guard, nullOn, storageFailure } from './storage-failure';
import { OBJECT_MODE, TemporaryFiles } from './temporary-files';
import { walkObjects } from './walk';

const READ_CHUNK_BYTES = 1024 * 1024;
const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP'];

export interface FsObjectStoreOptions {
  /** Made when missing. Objects lie under `objects/`, bodies on their way in under `tmp/`; one file system holds both. */
  root: string;
}

/** Objects as files. Fan-out is the caller's: a key's folders become directories. */
export async function openFsObjectStore(options: FsObjectStoreOptions): Promise<ObjectStore> {
  const root = resolve(options.root);
  for (const directory of ['objects', 'tmp']) {
    await guard(makeDurableDirectory(join(root, directory)));
  }
  return new FsObjectStore(root);
}

class FsObjectStore implements ObjectStore {
  readonly kind = 'fs';
  private readonly temporary: TemporaryFiles;

  constructor(private readonly root: string) {
    this.temporary = new TemporaryFiles(join(root, 'tmp'));
  }

  async put(key: string, source: Readable, options: PutOptions = {}): Promise<{ sizeBytes: number }> {
    return owning(source, () => this.store(this.path(key), source, options));
  }

  async putMeasured(key: string, source: Readable, options: PutOptions = {}): Promise<Measurement> {
    return owning(source, () => this.storeMeasured(this.path(key), source, options));
  }

  async adopt(key: string, path: string, options: PutOptions = {}): Promise<{ sizeBytes: number }> {
    const target = this.path(key);
    options.signal?.throwIfAborted();
    const sizeBytes = await guard(makeDurable(path));
    const size = new BodySize(options.sizeBytes);
    size.add(sizeBytes);
    size.finish();
    try {
      await publish(path, target);
      return { sizeBytes };
    } catch (error) {
      // EXDEV: another file system.
      if (errnoCode(error) !== 'EXDEV') throw storageFailure(error);
    }
    await this.put(key, createReadStream(path, { highWaterMark: READ_CHUNK_BYTES }), { ...options, sizeBytes });
    await rm(path, { force: true });
    return { sizeBytes };
  }

  async stat(key: string): Promise<ObjectFacts | null> {
    const path = this.path(key);
    const facts = await nullOn(ABSENT, lstat(path));
    return facts?.isFile() ? { sizeBytes: facts.size, modifiedAt: facts.mtime } : null;
  }

  async read(key: string, options: ReadOptions = {}): Promise<Readable> {
    options.signal?.throwIfAborted();
    const path = this.path(key);
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW;
    const file = (await nullOn(ABSENT, open(path, flags))) ?? notFound();
    try {
      return await this.stream(file, options);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async move(from: string, to: string): Promise<void> {
    const [source, target] = [this.path(from), this.path(to)];
    if (!(await this.stat(from))) return notFound();
    if (source === target) return;
    if (!(await nullOn(['ENOENT'], publish(source, target)))) return notFound();
    await guard(syncDirectory(dirname(source)));
  }

  async compose(from: readonly string[], to: string, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    const [only, ...more] = from;
    const target = this.path(to);
    if (only !== undefined && more.length === 0) return this.copy(only, target);
    await this.store(target, concatenated(this, from), { signal });
  }

  async delete(key: string): Promise<void> {
    const path = this.path(key);
    if (!(await this.stat(key))) return;
    await nullOn(ABSENT, unlink(path));
    await guard(syncDirectory(dirname(path)));
  }

  list(prefix: string): AsyncIterable<ListedObject> {
    return walkObjects(join(this.root, 'objects'), checkObjectPrefix(prefix));
  }

  async presignGet(): Promise<null> {
    return null;
  }

  async presignPut(): Promise<null> {
    return null;
  }

  sweepStale(olderThanMs: number): Promise<number> {
    return this.temporary.sweepStale(olderThanMs);
  }

  async check(): Promise<void> {
    const probe = await this.temporary.create();
    try {
      await guard(probe.handle.writeFile('granary'));
    } finally {
      await this.temporary.discard(probe);
    }
  }

  async close(): Promise<void> {}

  private path(key: string): string {
    return join(this.root, 'objects', checkObjectKey(key));
  }

  /** A second name of the same file: files are replaced, never written again. */
  private async copy(from: string, target: string): Promise<void> {
    const source = this.path(from);
    if (!(await this.stat(from))) return notFound();
    if (source === target) return;
    const name = join(this.root, 'tmp', randomUUID());
    try {
      if (
        (await nullOn(
          ['ENOENT'],
          link(source, name).then(() => true),
        )) === null
      )
        return notFound();
      await guard(publish(name, target));
    } finally {
      // rename(2) leaves the name when the target is the same file already.
      await rm(name, { force: true });
    }
  }

  private store(path: string, source: Readable, options: PutOptions): Promise<{ sizeBytes: number }> {
    const size = new BodySize(options.sizeBytes);
    return this.publishNew(path, options, async (file) => {
      await pipeline(source, new FileSink(file, size), { signal: options.signal });
      return { sizeBytes: size.sizeBytes };
    });
  }

  private storeMeasured(path: string, source: Readable, options: PutOptions): Promise<Measurement> {
    const size = new BodySize(options.sizeBytes);
    return this.publishNew(path, options, async (file) => {
      const measured = measureFile(file.fd);
      try {
        await pipeline(source, new FileSink(file, size, measured), { signal: options.signal });
        return await guard(measured.finish());
      } finally {
        await measured.drop();
      }
    });
  }

  private async publishNew<T>(
    path: string,
    { signal }: PutOptions,
    write: (file: FileHandle) => Promise<T>,
  ): Promise<T> {
    signal?.throwIfAborted();
    const file = await this.temporary.create();
    try {
      const written = await write(file.handle);
      signal?.throwIfAborted();
      await guard(publish(file.path, path));
      return written;
    } finally {
      await this.temporary.discard(file);
    }
  }

  private async stream(file: FileHandle, { range, signal }: ReadOptions): Promise<Readable> {
    const facts = await file.stat();
    if (!facts.isFile()) return notFound();
    const bounds = range && clampByteRange(range, facts.size);
    const stream = file.createReadStream({ ...bounds, highWaterMark: READ_CHUNK_BYTES });
    return signal ? addAbortSignal(signal, stream) : stream;
  }
}

async function owning<T>(source: Readable, use: () => Promise<T>): Promise<T> {
  // It may fail before anybody reads it; whoever does then hears of it.
  source.on('error', () => undefined);
  try {
    return await use();
  } finally {
    source.destroy();
  }
}

/** @returns the file's size. Its mode becomes that of the store's own files. */
async function makeDurable(path: string): Promise<number> {
  await chmod(path, OBJECT_MODE);
  const file = await open(path, 'r');
  try {
    await file.sync();
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

function notFound(): never {
  throw new DomainError('not_found', 'There is no such object.');
}
