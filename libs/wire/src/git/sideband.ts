import { ProtocolError } from '../protocol-error';
import { formatPkt, MAX_PKT_SIZE } from './pkt-line';

/** The packet limit of the older `side-band` capability; `side-band-64k` has {@link MAX_PKT_SIZE}. */
export const SMALL_SIDEBAND_PKT_SIZE = 1000;

export type SidebandName = 'data' | 'progress' | 'error';
export interface SidebandOptions {
  /** The most bytes of one packet on the wire; {@link MAX_PKT_SIZE} unless told. */
  maxPktSizeBytes?: number;
}

const BAND_BYTES: Record<SidebandName, number> = { data: 1, progress: 2, error: 3 };
const BAND_NAMES = new Map(Object.entries(BAND_BYTES).map(([name, byte]) => [byte, name as SidebandName]));

/**
 * `payload` as packets of one band, split where the packet limit demands it. An empty payload is no packet.
 *
 * @see gitprotocol-capabilities(5), "side-band, side-band-64k".
 */
export function formatSideband(band: SidebandName, payload: Uint8Array, options: SidebandOptions = {}): Buffer {
  const roomBytes = (options.maxPktSizeBytes ?? MAX_PKT_SIZE) - 5;
  const packets: Buffer[] = [];
  for (let start = 0; start < payload.length; start += roomBytes) {
    const part = payload.subarray(start, start + roomBytes);
    packets.push(formatPkt(Buffer.concat([Buffer.of(BAND_BYTES[band]), part])));
  }
  return Buffer.concat(packets);
}

/** Text for the user's terminal: git prints each line behind `remote: `. A missing line feed is added. */
export function formatProgress(text: string, options?: SidebandOptions): Buffer {
  return formatSideband('progress', Buffer.from(endLine(text)), options);
}

/** The last words of a failed request: git prints them behind `remote: ` and gives up. */
export function formatSidebandError(text: string, options?: SidebandOptions): Buffer {
  return formatSideband('error', Buffer.from(endLine(text)), options);
}

/**
 * Reads the payload of a data packet in a multiplexed stream.
 *
 * @returns its band and a view of the bytes behind it.
 * @throws ProtocolError for an empty packet or an unknown band.
 */
export function parseSideband(data: Uint8Array): { band: SidebandName; payload: Uint8Array } {
  const band = BAND_NAMES.get(data[0] ?? 0);
  if (!band) throw new ProtocolError('A packet in a multiplexed stream must name band 1, 2 or 3');
  return { band, payload: data.subarray(1) };
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
