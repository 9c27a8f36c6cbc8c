import type { BareRepository } from '@granary/forge';
import { gitBlobBody } from '../git-blob-body';
import { sendBody, type Exchange } from '../send-body';

/** A blob as it is, of any size. Nothing of it may run in a browser. */
export function sendBlob(
  bare: BareRepository,
  { oid, sizeBytes }: { oid: string; sizeBytes: number | null },
  exchange: Exchange,
): Promise<void> {
  exchange.response.set({
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Content-Disposition': 'attachment',
    'Cache-Control': 'private, no-cache',
    // The same address answers in JSON too.
    Vary: 'Accept',
  });
  const type = 'application/vnd.github.raw; charset=utf-8';
  return sendBody(gitBlobBody(bare, { oid, sizeBytes: sizeBytes ?? 0, type }), exchange);
}
