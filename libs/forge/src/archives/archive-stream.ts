import { setMaxListeners } from 'node:events';
import { addAbortSignal, Readable } from 'node:stream';
import { compress, type Compressor, type GitHome } from '@granary/git-process';
import { type ArchiveEntries, gzipStream, writeTar, writeZip } from '@granary/archive-format';
import type { ArchiveFormat } from './archive-format';
import type { ArchivePlan } from './plan/archive-plan';
import { GitArchiveEntries } from './git-archive-entries';

export interface OpenArchiveOptions {
  home: GitHome;
  /** Absolute path of the bare repository. */
  repositoryPath: string;
  plan: ArchivePlan;
  format: ArchiveFormat;
  /** Of {@link ArchiveFormat.compression} where that is a program. */
  compressor?: Compressor;
  /** Stands before every path: the top directory with its slash. */
  prefix: string;
  signal: AbortSignal;
}

const CONTAINERS: Record<ArchiveFormat['container'], (entries: ArchiveEntries) => AsyncIterable<Buffer>> = {
  tar: writeTar,
  zip: writeZip,
};
const BLOCK_BYTES = 64 * 1024;

/**
 * Starts an archive of a plan and waits for its first bytes, so that what fails at once fails before an answer began.
 *
 * The bytes are the same whenever commit, prefix, paths and format are. Destroying the stream, or `signal`, ends git and
 * every LFS download. A stream that fails later is destroyed with its error and never ends well.
 *
 * @throws GitFailed when git cannot archive the commit; whatever `open` of an LFS object throws; the signal's reason.
 */
export async function openArchive(options: OpenArchiveOptions): Promise<Readable> {
  const abort = new AbortController();
  const signal = AbortSignal.any([options.signal, abort.signal]);
  // Every object that is read ahead listens.
  setMaxListeners(0, signal);
  const container = CONTAINERS[options.format.container](new GitArchiveEntries({ ...options, signal }));
  const chunks = inBlocks(compressed(container, options, signal));
  try {
    return addAbortSignal(options.signal, new ArchiveStream(await chunks.next(), chunks, abort));
  } catch (error) {
    abort.abort(error);
    throw error;
  }
}

function compressed(
  source: AsyncIterable<Buffer>,
  { format, compressor }: Pick<OpenArchiveOptions, 'format' | 'compressor'>,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  if (format.compression === 'none') return source;
  if (format.compression === 'gzip') return gzipStream(source);
  if (compressor?.name !== format.compression) throw new Error(`There is no ${format.compression} for ${format.name}.`);
  return compress(compressor, source, signal);
}

/** A generator as a stream whose destruction reaches into an unfinished step: `Readable.from` would wait for it. */
class ArchiveStream extends Readable {
  constructor(
    private first: IteratorResult<Buffer> | null,
    private readonly chunks: AsyncGenerator<Buffer>,
    private readonly abort: AbortController,
  ) {
    super({ highWaterMark: 4 * BLOCK_BYTES });
  }

  override _read(): void {
    const step = this.first === null ? this.chunks.next() : Promise.resolve(this.first);
    this.first = null;
    step.then(
      ({ done, value }) => this.push(done ? null : value),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.abort.abort(error ?? new Error('The archive stream was closed.'));
    this.chunks.return(undefined).then(
      () => callback(error),
      () => callback(error),
    );
  }
}

/** Gathers headers and small files, so that a socket is not written to in crumbs; what is large is not copied. */
async function* inBlocks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  for await (const chunk of source) {
    if (chunk.length < BLOCK_BYTES) {
      held.push(chunk);
      heldBytes += chunk.length;
    }
    if (heldBytes > 0 && (heldBytes >= BLOCK_BYTES || chunk.length >= BLOCK_BYTES)) {
      yield Buffer.concat(held, heldBytes);
      held = [];
      heldBytes = 0;
    }
    if (chunk.length >= BLOCK_BYTES) yield chunk;
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes);
}
