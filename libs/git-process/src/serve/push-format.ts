import type { Readable } from 'node:stream';
import { OID_LENGTH, takePkt } from '@granary/wire';
import type { ObjectFormat } from '../repository/repository';
import { peek } from './peek';

/** What may stand in a push's first packet before its end (gitprotocol-pack(5), "Reference Update"). */
const FIRST_ID = /^(?:shallow )?([0-9a-f]{40}|[0-9a-f]{64})(?![0-9a-f])/;

/**
 * Which object format the client of a `git-receive-pack` has, as the first object id that it sends tells.
 *
 * @param input its body, or what it says after the advertisement of refs.
 * @returns the format, null where it sends no id, and a stream of all bytes from the first one.
 * @throws what `input` fails with.
 */
export async function readPushFormat(input: Readable): Promise<{ format: ObjectFormat | null; input: Readable }> {
  const peeked = await peek(input, decide);
  return { format: peeked.decision?.format ?? null, input: peeked.input };
}

function decide(bytes: Buffer): { format: ObjectFormat | null } | null {
  const first = firstPacket(bytes);
  if (first === null) return null;
  const [, oid] = FIRST_ID.exec(first) ?? [];
  return { format: oid === undefined ? null : oid.length === OID_LENGTH.sha256 ? 'sha256' : 'sha1' };
}

/** @returns its text, empty for a flush and for what is no packet: git says what is wrong; null when more is needed. */
function firstPacket(bytes: Buffer): string | null {
  try {
    const taken = takePkt(bytes);
    if (!taken) return null;
    return taken.pkt.kind === 'data' ? Buffer.from(taken.pkt.data).toString('latin1') : '';
  } catch {
    return '';
  }
}
