import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { DomainError } from '@granary/kernel';
import type { Request, Response } from 'express';
import fresh from 'fresh';
import parseRange from 'range-parser';
import { clientGone } from './transfer/client-gone';

export interface ByteRange {
  start: number;
  /** Inclusive. */
  end: number;
}

/** A body of known length that never changes under its entity tag. */
export interface SentBody {
  /** Strong, with its quotes. */
  etag: string;
  sizeBytes: number;
  /** Media type. */
  type: string;
  /** The bytes of `range`, or all of them. Called only where they are sent; `signal` fires when the client has left. */
  open(range: ByteRange | null, signal: AbortSignal): Readable | Promise<Readable>;
}

export interface Exchange {
  request: Request;
  response: Response;
}

/** Whether the client has these bytes already (RFC 9110, section 13.1.2). Its `no-cache` is meant for caches, not for us. */
export function isFresh(request: Request, etag: string): boolean {
  return fresh({ 'if-none-match': request.get('if-none-match') }, { etag });
}

/**
 * Refuses what is asked for on the condition that the client has these very bytes already, where they are others
 * (RFC 9110, section 13.1.1). `If-Unmodified-Since` says nothing here: no body has a time.
 *
 * @throws DomainError `precondition_failed`
 */
export function requireMatch(request: Request, etag: string): void {
  const header = request.get('if-match')?.trim();
  if (header === undefined || header === '*') return;
  const tags = [...header.matchAll(/(?:W\/)?"[^"]*"/g)];
  if (tags.some(([tag]) => tag === etag)) return;
  throw new DomainError('precondition_failed', 'This is another version than the one that If-Match names.', {
    hint: 'Fetch it as a whole, without If-Match.',
  });
}

/**
 * Answers with a body, or with as much of it as is asked for: `412`, `304`, `206`, `416` or `200` (RFC 9110, sections 13 and
 * 14). Other headers (caching, disposition, sandbox) are set before by whoever knows what the body is.
 * @throws DomainError `precondition_failed`, `range_not_satisfiable`
 */
export async function sendBody(body: SentBody, { request, response }: Exchange): Promise<void> {
  const { etag, sizeBytes, type } = body;
  response.set({ ETag: etag, 'Accept-Ranges': 'bytes', 'X-Content-Type-Options': 'nosniff' });
  requireMatch(request, etag);
  if (isFresh(request, etag)) {
    response.removeHeader('Content-Type');
    response.status(304).end();
    return;
  }
  const range = rangeOf(request, { etag, sizeBytes });
  const { start, end } = range ?? { start: 0, end: sizeBytes - 1 };
  const length = end - start + 1;
  if (request.method === 'HEAD') {
    response
      .status(200)
      .set({ 'Content-Type': type, 'Content-Length': String(length) })
      .end();
    return;
  }
  const signal = clientGone(response);
  const source = await body.open(range, signal);
  if (range) response.status(206).set('Content-Range', `bytes ${start}-${end}/${sizeBytes}`);
  response.set({ 'Content-Type': type, 'Content-Length': String(length) });
  await pipeline(source, (chunks: AsyncIterable<Buffer>) => exactly(length, chunks), response, { signal });
}

/**
 * The one range that is asked for, cut to the body. Several at once, other units and what is malformed are ignored, as
 * the RFC allows.
 */
function rangeOf(request: Request, { etag, sizeBytes }: Pick<SentBody, 'etag' | 'sizeBytes'>): ByteRange | null {
  const header = request.get('range');
  const ifRange = request.get('if-range');
  if (header === undefined || request.method === 'HEAD' || (ifRange !== undefined && ifRange !== etag)) return null;
  if (!isRangeSet(header)) return null;
  // The parser refuses "the last 500 bytes" of fewer; the RFC gives all of them.
  const cut = header.replace(/^bytes=\s*-(\d+)$/i, (_, last: string) => `bytes=-${Math.min(Number(last), sizeBytes)}`);
  const ranges = parseRange(sizeBytes, cut);
  if (ranges === -1) {
    throw new DomainError('range_not_satisfiable', `It has ${sizeBytes} bytes; the range lies behind its end.`, {
      details: { size_bytes: sizeBytes },
    });
  }
  const [range] = ranges === -2 || ranges.length > 1 ? [] : ranges;
  return range ? { start: range.start, end: range.end } : null;
}

/** The parser takes a range whose end comes before its beginning for one behind the end of the body. */
function isRangeSet(header: string): boolean {
  const [, specs] = /^bytes=(.*)$/is.exec(header) ?? [];
  return (specs ?? '').split(',').every((spec) => {
    const [, first, last] = /^\s*(\d*)-(\d*)\s*$/.exec(spec) ?? [];
    if (first === undefined || last === undefined || first + last === '') return false;
    return first === '' || last === '' || BigInt(first) <= BigInt(last);
  });
}

/** Node would end an answer that is shorter than its Content-Length as if it were whole. */
async function* exactly(sizeBytes: number, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let left = sizeBytes;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) break;
    yield chunk;
  }
  if (left !== 0) throw new DomainError('internal', `A body of ${sizeBytes} bytes came out with another length.`);
}
