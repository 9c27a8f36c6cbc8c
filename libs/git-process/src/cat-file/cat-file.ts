import { Readable } from 'node:stream';
import { DomainError } from '@granary/kernel';
import type { GitHome } from '../home/git-home';
import { streamGit } from '../process/stream-git';
import type { BatchProcess, BatchProcessOptions } from './batch-process';
import { isObjectName, type ObjectInfo } from './object-name';

/** Up to here an object is read whole from the shared process; bigger ones get a process and a stream of their own. */
const MAX_SHARED_BYTES = 512 * 1024;

/** Lends the process that answers for one repository; starts another where the last one died. */
export interface BatchSource {
  use<T>(work: (process: BatchProcess) => Promise<T>): Promise<T>;
}

/**
 * Reads objects of one repository. A name is a full id, `HEAD` or a full ref name, then perhaps `^{type}`, then perhaps
 * `:path` as `textOfPath` writes it. Whatever names no object, other forms among them, answers `null`.
 *
 * @throws GitFailed from every method when git dies meanwhile; the next call starts another.
 */
export class CatFile {
  constructor(
    private readonly home: GitHome,
    private readonly source: BatchSource,
    private readonly options: BatchProcessOptions,
  ) {}

  async info(name: string): Promise<ObjectInfo | null> {
    if (!isObjectName(name)) return null;
    return this.source.use(async (process) => (await process.ask('info', name))?.info ?? null);
  }

  /**
   * @param options.sizeBytes when the caller knows it already, which spares a question; `name` is a full id then.
   * @throws DomainError `too_large` for an object above `maxBytes`, of which nothing is read then.
   */
  async contents(
    name: string,
    options: { maxBytes: number; sizeBytes?: number },
  ): Promise<(ObjectInfo & { data: Buffer }) | null> {
    if (!isObjectName(name)) return null;
    const isKnownSmall = options.sizeBytes !== undefined && options.sizeBytes <= options.maxBytes;
    return this.source.use(async (process) => {
      const info = isKnownSmall ? null : (await process.ask('info', name))?.info;
      if (info === undefined) return null;
      if (info && info.sizeBytes > options.maxBytes) throw tooLarge(info, options.maxBytes);
      const answer = await process.ask('contents', info?.oid ?? name);
      return answer?.contents ? { ...answer.info, data: answer.contents } : null;
    });
  }

  /**
   * An object of any size, with back-pressure. A stream that ends has brought all `sizeBytes`; destroy it to stop
   * early. A slow reader holds up nobody else.
   */
  async stream(
    name: string,
    options: { signal?: AbortSignal } = {},
  ): Promise<(ObjectInfo & { stream: Readable }) | null> {
    const info = await this.info(name);
    if (!info) return null;
    if (info.sizeBytes <= MAX_SHARED_BYTES) {
      const whole = await this.contents(info.oid, { maxBytes: MAX_SHARED_BYTES });
      return (
        whole && { ...info, stream: Readable.from(whole.data.length > 0 ? [whole.data] : [], { objectMode: false }) }
      );
    }
    const { repositoryPath, env } = this.options;
    const signal = anyOf(this.options.signal, options.signal);
    const stream = streamGit(this.home, { repositoryPath, env, signal, args: ['cat-file', info.type, info.oid] });
    return { ...info, stream };
  }
}

function tooLarge({ oid, sizeBytes }: ObjectInfo, maxBytes: number): DomainError {
  return new DomainError('too_large', `Object ${oid} has ${sizeBytes} bytes; at most ${maxBytes} are read here`, {
    details: { oid, sizeBytes, maxBytes },
  });
}

function anyOf(...signals: (AbortSignal | undefined)[]): AbortSignal | undefined {
  const given = signals.filter((signal) => signal !== undefined);
  return given.length > 1 ? AbortSignal.any(given) : given[0];
}
