import { FLUSH_PKT, formatPkt, formatSideband, parseSideband, takePkt } from '@granary/wire';
import { shortReason } from '../hooks/proc-receive';

const DATA_BAND = 1;
/** Stands for the line that tells how unpacking went, and for refs whose pack was not unpacked. */
export const UNPACK = 'unpack';
const NOT_UNPACKED = /^unpacker error/;
const UNPACKED = /^unpack (?!ok\n?$)/;
const REFUSED = /^ng (\S+) (.*)$/s;
/** What is said of a ref that git did not move, and whose reason only the hub knows. */
const SILENT = /^(?:pre-receive hook declined|deny updating a hidden ref|failed to |incorrect old value|reference )/;
const MAX_DATA_BYTES = 65_000;

/**
 * Puts the hub's reasons behind the refs of a report (gitprotocol-pack(5), "Report Status") where git has only its own.
 *
 * @param packets of the report, with or without a band.
 * @returns the same packets where there is nothing to say, or what they hold is no report.
 */
export function explainReport(packets: readonly Buffer[], reasons: ReadonlyMap<string, string>): Buffer[] {
  if (reasons.size === 0) return [...packets];
  try {
    const isInBand = packets.some((packet) => packet[4] === DATA_BAND);
    return isInBand ? explainInBand(packets, reasons) : packets.map((packet) => explainPacket(packet, reasons));
  } catch {
    return [...packets];
  }
}

function explainInBand(packets: readonly Buffer[], reasons: ReadonlyMap<string, string>): Buffer[] {
  const isData = (packet: Buffer) => packet[4] === DATA_BAND;
  const inner = Buffer.concat(packets.filter(isData).map((packet) => parseSideband(packet.subarray(4)).payload));
  const lines: Buffer[] = [];
  let rest: Buffer = inner;
  for (let taken = takePkt(rest); taken; taken = takePkt(rest)) {
    lines.push(explainPacket(rest.subarray(0, taken.size), reasons));
    rest = rest.subarray(taken.size);
  }
  if (rest.length > 0) return [...packets];
  const report = Buffer.concat(lines);
  const pieces: Buffer[] = [];
  for (let at = 0; at < report.length; at += MAX_DATA_BYTES) {
    pieces.push(formatSideband('data', report.subarray(at, at + MAX_DATA_BYTES)));
  }
  return [...pieces, ...packets.filter((packet) => !isData(packet))];
}

function explainPacket(packet: Buffer, reasons: ReadonlyMap<string, string>): Buffer {
  const pkt = takePkt(packet)?.pkt;
  if (pkt?.kind !== 'data') return packet.length === 0 ? FLUSH_PKT : packet;
  const line = Buffer.from(pkt.data).toString('utf8');
  const unpack = reasons.get(UNPACK);
  if (unpack !== undefined && UNPACKED.test(line)) return formatPkt(`unpack ${shortReason(unpack)}\n`);
  const [, ref = '', said = ''] = REFUSED.exec(line) ?? [];
  if (unpack !== undefined && NOT_UNPACKED.test(said)) return formatPkt(`ng ${ref} ${shortReason(unpack)}\n`);
  const reason = reasons.get(ref);
  return reason !== undefined && SILENT.test(said) ? formatPkt(`ng ${ref} ${shortReason(reason)}\n`) : packet;
}
