import type { Socket } from 'node:net';

/** What node:net itself reads to tell a write that moves from one that does not. */
interface Insides {
  _bytesDispatched?: number;
  _handle?: { writeQueueSize?: number } | null;
}

/**
 * What the system has taken over of the bytes that were written to `socket`. A chunk may be large and its write take
 * minutes, so that the number of whole chunks says too little.
 */
export function takenBytes(socket: Socket): number {
  const { _bytesDispatched: dispatched, _handle: handle } = socket as unknown as Insides;
  if (dispatched === undefined) return socket.bytesWritten - socket.writableLength;
  return dispatched - (handle?.writeQueueSize ?? 0);
}
