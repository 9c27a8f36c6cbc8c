import { createHash } from 'node:crypto';
import type { Response } from 'express';
import type { GitRepository } from '@granary/git-process';
import { gitBlobBody } from '../git-blob-body';
import { type Exchange, isFresh, sendBody } from '../send-body';

/** What of a repository is sent in another form than JSON. Nothing of it may run in a browser. */
function setHeaders(response: Response): void {
  response.set({
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Disposition': 'attachment',
    'Cache-Control': 'private, no-cache',
    // The same address answers in JSON too.
    Vary: 'Accept, Authorization, Cookie',
  });
}

/** A blob as it is, of any size. */
export function sendBlob(
  bare: GitRepository,
  { oid, sizeBytes }: { oid: string; sizeBytes: number | null },
  exchange: Exchange,
): Promise<void> {
  setHeaders(exchange.response);
  const type = 'application/vnd.github.raw; charset=utf-8';
  return sendBody(gitBlobBody(bare, { oid, sizeBytes: sizeBytes ?? 0, type }), exchange);
}

export function sendHtml(html: string, { request, response }: Exchange): void {
  setHeaders(response);
  const etag = `W/"${createHash('sha256').update(html).digest('base64url')}"`;
  response.set({ ETag: etag, 'Content-Type': 'application/vnd.github.html; charset=utf-8' });
  if (isFresh(request, etag)) response.status(304).end();
  else response.send(html);
}
