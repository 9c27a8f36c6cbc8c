import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { ArchiveLfsObject, ResolveLfs } from '../plan/archive-plan';
import { inChunks } from '@granary/archive-format/testing';
import { oidOf } from './repository';

/** LFS objects in memory, as a repository links them. Counts what is asked of it. */
export class LfsObjects {
  private readonly objects = new Map<string, Buffer>();
  /** The oids of each call of {@link resolve}. */
  readonly asked: string[][] = [];
  readonly streams: Readable[] = [];
  chunkBytes = 64 * 1024;
  knowsCrc = true;

  constructor(contents: readonly Buffer[] = []) {
    for (const content of contents) this.objects.set(oidOf(content), content);
  }

  readonly resolve: ResolveLfs = async (oids) => {
    this.asked.push(oids);
    const found = new Map<string, ArchiveLfsObject>();
    for (const oid of oids) {
      const content = this.objects.get(oid);
      if (content !== undefined) found.set(oid, this.object(content));
    }
    return found;
  };

  private object(content: Buffer): ArchiveLfsObject {
    return {
      sizeBytes: content.length,
      crc32: this.knowsCrc ? crc32(content) : null,
      open: async () => {
        const stream = Readable.from(inChunks(content, this.chunkBytes), { objectMode: false });
        this.streams.push(stream);
        return stream;
      },
    };
  }
}
