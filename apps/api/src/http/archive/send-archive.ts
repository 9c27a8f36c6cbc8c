import { pipeline } from 'node:stream/promises';
import type { ArchivesService, KeptArchive, PreparedArchive } from '@granary/forge';
import { DomainError } from '@granary/kernel';
import type { Request, Response } from 'express';
import { namesEtag } from '../entity-tags';
import { parseRange } from '../transfer/byte-range';
import { clientGone } from '../transfer/client-gone';

interface Exchange {
  request: Request;
  response: Response;
}

const REPEATABLE = { isRepeatable: true, missingLfsFiles: 0 };

/**
 * Answers with an archive: from the cache with its length, ranges and conditions, or as it is made. Who may read the
 * repository is decided before. A failure after the first byte destroys the connection: no client may take the rest for
 * a whole archive.
 */
export async function sendArchive(archives: ArchivesService, prepared: PreparedArchive, exchange: Exchange) {
  const { request, response } = exchange;
  if (prepared.checksum) return sendChecksum(archives, prepared, exchange);
  if (prepared.key !== null && namesEtag(request.get('if-none-match'), `"${prepared.key}"`)) {
    response.status(304).set(archives.headers(prepared, REPEATABLE)).removeHeader('Content-Type');
    response.end();
    return;
  }
  const kept = await archives.kept(prepared);
  if (kept) {
    response.set(archives.headers(prepared, REPEATABLE));
    return sendKept(kept, prepared, exchange);
  }
  const signal = clientGone(response);
  if (request.method === 'HEAD') {
    const facts = await archives.check(prepared, signal);
    response.status(200).set(archives.headers(prepared, facts)).end();
    return;
  }
  const { stream, facts } = await archives.open(prepared, signal);
  response.status(200).set(archives.headers(prepared, facts));
  await pipeline(stream, response);
}

async function sendKept(kept: KeptArchive, prepared: PreparedArchive, { request, response }: Exchange) {
  const { fileName, format, key } = prepared;
  // The signature of such a link holds for GET alone.
  const location = request.method === 'HEAD' ? null : await kept.locate({ fileName, contentType: format.mediaType });
  if (location !== null) {
    for (const name of ['Content-Type', 'Content-Disposition', 'ETag']) response.removeHeader(name);
    response.set('Cache-Control', 'no-store').redirect(302, location);
    return;
  }
  const { sizeBytes } = kept;
  const digest = Buffer.from(kept.sha256, 'hex').toString('base64');
  response.set({ 'Accept-Ranges': 'bytes', 'Repr-Digest': `sha-256=:${digest}:` });
  const range = rangeOf(request, { etag: `"${key}"`, sizeBytes });
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  const signal = clientGone(response);
  const stream = request.method === 'HEAD' ? null : await kept.open({ start, end }, signal);
  if (range) response.status(206).set('Content-Range', `bytes ${start}-${end}/${sizeBytes}`);
  response.set('Content-Length', String(end - start + 1));
  if (!stream) {
    response.end();
    return;
  }
  await pipeline(stream, (source) => exactly(end - start + 1, source), response);
}

/** @throws DomainError `range_not_satisfiable`. */
function rangeOf(request: Request, { etag, sizeBytes }: { etag: string; sizeBytes: number }) {
  const ifRange = request.get('if-range');
  if (request.method === 'HEAD' || (ifRange !== undefined && ifRange !== etag)) return null;
  return parseRange(request.get('range'), sizeBytes);
}

/** Node would end an answer that is shorter than its Content-Length as if it were whole. */
async function* exactly(sizeBytes: number, source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const chunk of source) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new DomainError('internal', 'A kept archive has not the size that it had.');
}

/** In the form that `sha256sum -c` reads. */
async function sendChecksum(archives: ArchivesService, prepared: PreparedArchive, { response }: Exchange) {
  const sha256 = await archives.checksum(prepared);
  const { 'Cache-Control': cacheControl, Vary: vary } = archives.headers(prepared, REPEATABLE);
  response.status(200).set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': cacheControl ?? 'no-store' });
  if (vary) response.set('Vary', vary);
  response.type('text/plain').send(`${sha256}  ${prepared.fileName}\n`);
}
