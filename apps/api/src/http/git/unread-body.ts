import type { Request, Response } from 'express';

/** For a client that still sends to read the answer; to close at once would take it away from them (RFC 9112, section 9.6). */
const LINGER_MS = 5_000;

/** Hangs up a while after an answer that came before the end of the request: its body may have no end. */
export function hangUpOnUnreadBody(request: Request, response: Response): void {
  const { socket } = request;
  response.once('finish', () => {
    if (request.complete) return;
    setTimeout(() => {
      if (!request.complete) socket.destroy();
    }, LINGER_MS).unref();
  });
}
