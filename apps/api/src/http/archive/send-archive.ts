import { pipeline } from 'node:stream/promises';
import {
  currentOrigin,
  type ArchiveAsker,
  type ArchivesService,
  type KeptArchive,
  type PreparedArchive,
} from '@granary/forge';
import type { Response } from 'express';
import { claimantOfOrigin } from '../../flow/claimant';
import { isFresh, requireMatch, sendBody, type ByteRange, type Exchange } from '../send-body';
import { clientGone } from '../transfer/client-gone';

const REPEATABLE = { isRepeatable: true, missingLfsFiles: 0 };

/**
 * Answers with an archive: from the cache with its length, ranges and conditions, or as it is made. Who may read the
 * repository is decided before. A failure after the first byte destroys the connection: no client may take the rest for
 * a whole archive.
 */
export async function sendArchive(archives: ArchivesService, prepared: PreparedArchive, exchange: Exchange) {
  const { request, response } = exchange;
  if (prepared.checksum) return sendChecksum(archives, prepared, exchange);
  if (prepared.key !== null) requireMatch(request, `"${prepared.key}"`);
  if (prepared.key !== null && isFresh(request, `"${prepared.key}"`)) {
    response.status(304).set(archives.headers(prepared, REPEATABLE)).removeHeader('Content-Type');
    response.end();
    return;
  }
  const kept = await archives.kept(prepared);
  if (kept) {
    response.set(archives.headers(prepared, REPEATABLE));
    return sendKept(kept, prepared, exchange);
  }
  const asker = askerOf(response);
  if (request.method === 'HEAD') {
    const facts = await archives.check(prepared, asker);
    response.status(200).set(archives.headers(prepared, facts)).end();
    return;
  }
  const { stream, facts } = await archives.open(prepared, asker);
  response.status(200).set(archives.headers(prepared, facts));
  await pipeline(stream, response);
}

/** Whoever asked the request that runs here. */
export function askerOf(response: Response): ArchiveAsker {
  return { claimant: claimantOfOrigin(currentOrigin()), signal: clientGone(response) };
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
  const digest = Buffer.from(kept.sha256, 'hex').toString('base64');
  response.set('Repr-Digest', `sha-256=:${digest}:`);
  const body = {
    etag: `"${key}"`,
    sizeBytes: kept.sizeBytes,
    type: format.mediaType,
    open: (range: ByteRange | null, signal: AbortSignal) =>
      kept.open(range ?? { start: 0, end: kept.sizeBytes - 1 }, signal),
  };
  return sendBody(body, { request, response });
}

/** In the form that `sha256sum -c` reads. */
async function sendChecksum(archives: ArchivesService, prepared: PreparedArchive, { response }: Exchange) {
  const sha256 = await archives.checksum(prepared);
  const { 'Cache-Control': cacheControl, Vary: vary } = archives.headers(prepared, REPEATABLE);
  response.status(200).set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': cacheControl ?? 'no-store' });
  if (vary) response.set('Vary', vary);
  response.type('text/plain').send(`${sha256}  ${prepared.fileName}\n`);
}
