import type { LfsObjectsService, LinkedObject } from '@granary/forge';
import { sendBody, type Exchange } from '../send-body';

/** Sends an object, or the range of it that is asked for. The oid is the entity tag: content never changes. */
export function sendObject(
  objects: LfsObjectsService,
  object: LinkedObject & { type?: string },
  exchange: Exchange,
): Promise<void> {
  const { oid, sizeBytes, type = 'application/octet-stream' } = object;
  const body = {
    etag: `"${oid}"`,
    sizeBytes,
    type,
    open: (range: { start: number; end: number } | null, signal: AbortSignal) =>
      objects.read(object, { range: range ?? undefined, signal }),
  };
  return sendBody(body, exchange);
}
