import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Flow, FlowDirection, StallWatch } from './stall-watch';
import { takenBytes } from './socket-flow';

/** A request as far as it was understood when its client is let go. */
type Understood = IncomingMessage & { requestId?: string; ip?: string; originalUrl?: string; surface?: string };

/** What a client is told whose request never came whole; whoever reads its answer too slowly can be told nothing. */
export type TooSlow = (request: IncomingMessage, response: ServerResponse) => void;

/** A peer that vanished without a word is noticed by the system, also while the hub computes. */
const KEEP_ALIVE_MS = 60_000;
/** For a client to read what it is told. */
const LAST_WORDS_MS = 5_000;

/** Watches every request of `server`: the body while the hub is ready to take it, the answer while it has some of it. */
export function watchHttp(server: Server, watch: StallWatch, tellTooSlow: TooSlow): void {
  server.on('connection', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const unwatch = watch.watch({
      about: () => aboutRequest(request),
      flows: [body(request), answer(request)],
      onStalled: (direction) => letGo(direction, { request, response, tellTooSlow }),
    });
    // An answer may be over before its request is, and the other way round.
    response.once('close', () => {
      if (request.complete || request.destroyed) unwatch();
      else request.once('close', unwatch);
    });
  });
}

function body(request: IncomingMessage): Flow {
  return {
    direction: 'sends',
    isWaiting: () => !request.complete && request.readableLength < request.readableHighWaterMark,
    movedBytes: () => request.socket.bytesRead,
  };
}

function answer({ socket }: IncomingMessage): Flow {
  return {
    direction: 'receives',
    isWaiting: () => socket.writableLength > 0,
    movedBytes: () => takenBytes(socket),
  };
}

function aboutRequest(request: Understood) {
  const { method, requestId, ip } = request;
  // What stands behind the question mark may be a signature.
  const [path] = (request.originalUrl ?? request.url ?? '').split('?');
  return { surface: request.surface ?? 'http', requestId, method, path, address: ip ?? request.socket.remoteAddress };
}

function letGo(
  direction: FlowDirection,
  { request, response, tellTooSlow }: { request: IncomingMessage; response: ServerResponse; tellTooSlow: TooSlow },
): void {
  const { socket } = request;
  // What lies in the system's buffers for such a client would stay there.
  if (direction === 'receives' || response.headersSent) return void socket.resetAndDestroy();
  response.setHeader('Connection', 'close');
  tellTooSlow(request, response);
  setTimeout(() => socket.destroy(), LAST_WORDS_MS).unref();
}
