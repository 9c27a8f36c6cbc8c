import { FLUSH_PKT, MAX_PKT_SIZE, PKT_HEADER_SIZE } from '@granary/wire';

/** So many packets a write: each write waits until the client's window and the socket have taken it. */
const PACKETS_A_WRITE = 4;

const FULL_HEADER = MAX_PKT_SIZE.toString(16);

/**
 * `source` as full data packets and a flush, several packets at a time. Chunks of a file are as long as a packet, but
 * not exactly: sent as they are, each would trail a packet of a few bytes.
 */
export async function* dataPackets(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let wire = Buffer.allocUnsafe(PACKETS_A_WRITE * MAX_PKT_SIZE);
  // Where the packet under way begins, and where its next byte goes.
  let start = 0;
  let at = PKT_HEADER_SIZE;
  for await (const chunk of source) {
    for (let taken = 0; taken < chunk.length;) {
      const bytes = chunk.copy(wire, at, taken, taken + start + MAX_PKT_SIZE - at);
      taken += bytes;
      at += bytes;
      if (at < start + MAX_PKT_SIZE) continue;
      wire.write(FULL_HEADER, start, 'latin1');
      start = at;
      if (start === wire.length) {
        yield wire;
        // The one before may still be on its way.
        wire = Buffer.allocUnsafe(wire.length);
        start = 0;
      }
      at = start + PKT_HEADER_SIZE;
    }
  }
  const isEmpty = at === start + PKT_HEADER_SIZE;
  if (!isEmpty) wire.write((at - start).toString(16).padStart(4, '0'), start, 'latin1');
  yield Buffer.concat([wire.subarray(0, isEmpty ? start : at), FLUSH_PKT]);
}
