import { parseBatchLine, ProtocolError, type LfsObject } from '@granary/wire';
import type { PacketInput } from './packet-input';

export interface RequestHead {
  /** The command and its arguments. */
  lines: Uint8Array[];
  /** Whether a body follows. */
  hasBody: boolean;
}

/** git-lfs sends four arguments at most. */
const MAX_HEAD_LINES = 32;
/** One more than a batch may have, so that whoever plans it sees that it is too long. */
const MAX_BATCH_OBJECTS = 1001;
/** What a client may send in vain. */
const MAX_BATCH_LINES = 100_000;

/** @returns null when the client has closed its side. @throws ProtocolError for arguments without end. */
export async function readHead(input: PacketInput): Promise<RequestHead | null> {
  const lines: Uint8Array[] = [];
  for (;;) {
    const packet = await input.text();
    if (!packet) return lines.length === 0 ? null : input.giveUp('The client stopped in the middle of a request');
    if (packet.kind === 'flush' || packet.kind === 'delim') return { lines, hasBody: packet.kind === 'delim' };
    if (packet.kind !== 'data') return input.giveUp('A request has no such packet');
    if (lines.length === MAX_HEAD_LINES) return input.giveUp(`A request has fewer than ${MAX_HEAD_LINES} arguments`);
    lines.push(packet.data);
  }
}

/**
 * The objects of a batch. Those beyond the limit are taken off the input and counted as one.
 * @throws ProtocolError for a line that names no object, once all lines are read.
 */
export async function readBatchLines(input: PacketInput): Promise<LfsObject[]> {
  const objects: LfsObject[] = [];
  let wrongLine = 0;
  for (let number = 1; ; number++) {
    const packet = await input.text();
    if (!packet) return input.giveUp('The client stopped in the middle of a batch');
    if (packet.kind === 'flush') break;
    if (packet.kind !== 'data' || number > MAX_BATCH_LINES) return input.giveUp('A batch is lines, and a flush');
    if (objects.length === MAX_BATCH_OBJECTS) continue;
    const object = parseBatchLine(packet.data);
    if (object) objects.push(object);
    else wrongLine ||= number;
  }
  if (wrongLine > 0) throw new ProtocolError(`Line ${wrongLine} of the batch is no oid and size`);
  return objects;
}
