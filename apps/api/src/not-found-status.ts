import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, gunzipSync } from 'node:zlib';

/** The answer to a page that is not there is far smaller; whatever grows beyond is some other page. */
const HELD_BYTES = 256 * 1024;
/** A row of React's stream that holds the error which `notFound()` of Next throws. */
const NOT_FOUND_ROW = /^[0-9a-f]+:E\{"digest":"NEXT_HTTP_ERROR_FALLBACK;404"/m;

type Done = (() => void) | undefined;

/**
 * Next begins its answer to its own router, which asks with the header `RSC`, before it knows whether the page is there,
 * and says 200. Such an answer is held back until it is complete or too large to be that one, and gets the status 404
 * that a browser gets for the same address. The router then loads the address as a browser would.
 */
export function answerNotFoundTo(request: IncomingMessage, response: ServerResponse): void {
  if (request.headers['rsc'] === undefined || request.method !== 'GET') return;
  // What is held has to be readable here.
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  request.headers['accept-encoding'] = takesGzip ? 'gzip' : 'identity';
  const send = {
    write: response.write.bind(response) as (chunk: Buffer, done?: Done) => boolean,
    end: response.end.bind(response) as (done?: Done) => ServerResponse,
    head: response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse,
    flush: response.flushHeaders.bind(response),
  };
  const held: Buffer[] = [];
  let head: unknown[] | null = null;
  let isHolding = true;

  const release = () => {
    isHolding = false;
    const status = isNotFound(Buffer.concat(held), response) ? 404 : response.statusCode;
    response.statusCode = status;
    if (head) send.head(status, ...head.slice(1));
    for (const chunk of held.splice(0)) send.write(chunk);
  };
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, asEncoding(encoding)) : Buffer.from(chunk);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (!isHolding) return send.write(bytes, callback);
    held.push(bytes);
    if (callback) process.nextTick(callback);
    if (held.reduce((sum, { length }) => sum + length, 0) > HELD_BYTES) release();
    return true;
  };
  const end = (chunk?: string | Uint8Array | Done, encoding?: BufferEncoding | Done, done?: Done): ServerResponse => {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') write(chunk, asEncoding(encoding));
    if (isHolding) release();
    return send.end([chunk, encoding, done].find((each) => typeof each === 'function'));
  };
  // Next's compression writes the head before the first byte.
  const writeHead = (status: number, ...rest: unknown[]): ServerResponse => {
    if (!isHolding) return send.head(status, ...rest);
    response.statusCode = status;
    head = [status, ...rest];
    return response;
  };
  Object.assign(response, { write, end, writeHead, flushHeaders: () => void (isHolding || send.flush()) });
}

const asEncoding = (encoding: BufferEncoding | Done) => (typeof encoding === 'string' ? encoding : undefined);

function isNotFound(bytes: Buffer, response: ServerResponse): boolean {
  if (response.statusCode !== 200) return false;
  const isGzip = response.getHeader('content-encoding') === 'gzip';
  const text = isGzip ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 16 << 20 }) : bytes;
  return NOT_FOUND_ROW.test(text.toString('utf8'));
}
