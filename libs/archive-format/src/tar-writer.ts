import type { ArchiveEntries } from './archive-entry';
import { formatTarHeader, tarPadding, tarTrailer } from './tar-header';

/** A pax tar archive of `entries`: what git wrote is repeated byte for byte, the rest is made alike. */
export async function* writeTar(entries: ArchiveEntries): AsyncGenerator<Buffer> {
  let writtenBytes = 0;
  for await (const entry of entries) {
    const header = entry.tarHeader ?? formatTarHeader(entry, entry.label);
    const padding = tarPadding(entry.sizeBytes);
    yield Buffer.concat([entry.tarGlobalHeader, header]);
    if (!Buffer.isBuffer(entry.content)) yield* entry.content;
    else if (entry.content.length > 0) yield entry.content;
    if (padding.length > 0) yield padding;
    writtenBytes += entry.tarGlobalHeader.length + header.length + entry.sizeBytes + padding.length;
  }
  yield tarTrailer(writtenBytes);
}
