import type { ServerResponse } from 'node:http';
import type { PageExchange } from '@granary/api-contract';

/** The answer to a page that is refused is far smaller; whatever grows beyond is some other page. */
const HELD_BYTES = 256 * 1024;

type Done = (() => void) | undefined;

/**
 * Gives the answer to a page the status that the page asked for. Next writes the head of a page's HTML when the page is
 * known, but begins its answer to its own router before: that one is held back until it is complete or too large to be
 * a refusal. The router then loads the address as a browser would.
 */
export function answerWithPageStatus(response: ServerResponse, exchange: PageExchange): void {
  const send = {
    write: response.write.bind(response) as (chunk: Buffer, done?: Done) => boolean,
    end: response.end.bind(response) as (done?: Done) => ServerResponse,
    head: response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse,
    flush: response.flushHeaders.bind(response),
  };
  const writeHead = (status: number, ...rest: unknown[]): ServerResponse =>
    send.head(status === 200 ? (exchange.status ?? status) : status, ...rest);
  if (exchange.isData) holdBack(response, { ...send, head: writeHead });
  else Object.assign(response, { writeHead });
}

interface Sending {
  write(chunk: Buffer, done?: Done): boolean;
  end(done?: Done): ServerResponse;
  head(status: number, ...rest: unknown[]): ServerResponse;
  flush(): void;
}

function holdBack(response: ServerResponse, send: Sending): void {
  const held: Buffer[] = [];
  let heldBytes = 0;
  let rest: unknown[] = [];
  let isHolding = true;

  const release = () => {
    isHolding = false;
    send.head(response.statusCode, ...rest);
    for (const chunk of held.splice(0)) send.write(chunk);
  };
  const write = (chunk: string | Uint8Array, encoding?: BufferEncoding | Done, done?: Done): boolean => {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk, asEncoding(encoding)) : Buffer.from(chunk);
    const callback = typeof encoding === 'function' ? encoding : done;
    if (!isHolding) return send.write(bytes, callback);
    held.push(bytes);
    heldBytes += bytes.length;
    if (callback) process.nextTick(callback);
    if (heldBytes > HELD_BYTES) release();
    return true;
  };
  const end = (chunk?: string | Uint8Array | Done, encoding?: BufferEncoding | Done, done?: Done): ServerResponse => {
    if (chunk !== undefined && chunk !== null && typeof chunk !== 'function') write(chunk, asEncoding(encoding));
    if (isHolding) release();
    return send.end([chunk, encoding, done].find((each) => typeof each === 'function'));
  };
  // Next's compression writes the head before the first byte.
  const writeHead = (status: number, ...more: unknown[]): ServerResponse => {
    if (!isHolding) return send.head(status, ...more);
    response.statusCode = status;
    rest = more;
    return response;
  };
  Object.assign(response, { write, end, writeHead, flushHeaders: () => void (isHolding || send.flush()) });
}

const asEncoding = (encoding: BufferEncoding | Done) => (typeof encoding === 'string' ? encoding : undefined);
