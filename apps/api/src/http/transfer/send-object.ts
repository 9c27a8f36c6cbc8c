import { pipeline } from 'node:stream/promises';
import type { LfsObjectsService, LinkedObject } from '@granary/forge';
import type { Request, Response } from 'express';
import { parseRange } from './byte-range';
import { clientGone } from './client-gone';

/** Streams an object, or the range of it that is asked for. The oid is the entity tag: content never changes. */
export async function sendObject(
  objects: LfsObjectsService,
  object: LinkedObject,
  { request, response }: { request: Request; response: Response },
): Promise<void> {
  const etag = `"${object.oid}"`;
  response.set({ ETag: etag, 'Accept-Ranges': 'bytes', 'X-Content-Type-Options': 'nosniff' });
  if (request.get('if-none-match') === etag) {
    response.status(304).end();
    return;
  }
  const ifRange = request.get('if-range');
  const range = ifRange && ifRange !== etag ? null : parseRange(request.get('range'), object.sizeBytes);
  if (range) response.status(206).set('Content-Range', `bytes ${range.start}-${range.end}/${object.sizeBytes}`);
  response.set('Content-Length', String(range ? range.end - range.start + 1 : object.sizeBytes));
  if (!response.hasHeader('Content-Type')) response.set('Content-Type', 'application/octet-stream');
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const signal = clientGone(response);
  const body = await objects.read(object, { range: range ?? undefined, signal });
  await pipeline(body, response, { signal });
}
