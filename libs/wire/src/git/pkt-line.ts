import { ProtocolError } from '../protocol-error';

/** The most bytes one packet may have on the wire, its four length digits included. */
export const MAX_PKT_SIZE = 65520;
/** The length of a packet in four hex digits. */
export const PKT_HEADER_SIZE = 4;
/** The most bytes of payload in one packet. */
export const MAX_PKT_DATA_SIZE = MAX_PKT_SIZE - PKT_HEADER_SIZE;

export type Pkt = { kind: 'data'; data: Uint8Array } | { kind: 'flush' } | { kind: 'delim' } | { kind: 'response-end' };

export const FLUSH_PKT: Buffer = Buffer.from('0000');
export const DELIM_PKT: Buffer = Buffer.from('0001');
export const RESPONSE_END_PKT: Buffer = Buffer.from('0002');

const SPECIAL = [{ kind: 'flush' }, { kind: 'delim' }, { kind: 'response-end' }] as const;

/**
 * Takes the first packet off `buffer`.
 *
 * @param buffer bytes read so far; it may end inside a packet.
 * @returns the packet and its `size` on the wire in bytes, or `null` when more bytes are needed.
 *   `data` is a view of `buffer`, not a copy.
 * @throws ProtocolError if the length is not four hex digits, is 3, or exceeds {@link MAX_PKT_SIZE}.
 * @see gitprotocol-common(5), "pkt-line Format"; gitprotocol-v2(5) for 0001, 0002.
 */
export function takePkt(buffer: Uint8Array): { pkt: Pkt; size: number } | null {
  const header = readPktHeader(buffer);
  if (!header) return null;
  if (header.kind !== 'data') return { pkt: header, size: PKT_HEADER_SIZE };
  const size = PKT_HEADER_SIZE + header.dataSize;
  if (buffer.length < size) return null;
  return { pkt: { kind: 'data', data: buffer.subarray(PKT_HEADER_SIZE, size) }, size };
}

/** What the first four bytes of a packet say. */
export type PktHeader =
  { kind: 'data'; dataSize: number } | { kind: 'flush' } | { kind: 'delim' } | { kind: 'response-end' };

/**
 * Reads the header at the start of `buffer`, for those who take a packet's data as it comes.
 *
 * @returns null when more bytes are needed.
 * @throws ProtocolError as {@link takePkt} does.
 */
export function readPktHeader(buffer: Uint8Array): PktHeader | null {
  if (buffer.length < PKT_HEADER_SIZE) return null;
  const length = parseLength(buffer);
  const special = SPECIAL[length];
  if (special) return special;
  if (length < PKT_HEADER_SIZE) throw new ProtocolError(`A packet cannot have the length ${length}`);
  if (length > MAX_PKT_SIZE)
    throw new ProtocolError(`A packet of ${length} bytes exceeds the limit of ${MAX_PKT_SIZE}`);
  return { kind: 'data', dataSize: length - PKT_HEADER_SIZE };
}

function parseLength(buffer: Uint8Array): number {
  let length = 0;
  for (let i = 0; i < 4; i++) {
    const digit = hexDigit(buffer[i] ?? 0);
    if (digit < 0) throw new ProtocolError('A packet must start with its length in four hex digits');
    length = length * 16 + digit;
  }
  return length;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/**
 * One data packet on the wire. Text is sent as UTF-8; the caller adds the line feed where the protocol wants one.
 *
 * @throws ProtocolError if `data` has more than {@link MAX_PKT_DATA_SIZE} bytes.
 */
export function formatPkt(data: string | Uint8Array): Buffer {
  const bytes = typeof data === 'string' ? Buffer.from(data) : data;
  if (bytes.length > MAX_PKT_DATA_SIZE) {
    throw new ProtocolError(`${bytes.length} bytes do not fit into a packet: the limit is ${MAX_PKT_DATA_SIZE}`);
  }
  const size = bytes.length + 4;
  const wire = Buffer.allocUnsafe(size);
  wire.write(size.toString(16).padStart(4, '0'), 'latin1');
  wire.set(bytes, 4);
  return wire;
}

/**
 * The start of a smart HTTP advertisement: `# service=git-upload-pack`, then a flush.
 *
 * @see gitprotocol-http(5), "Smart Server Response".
 */
export function formatServiceLine(service: 'git-upload-pack' | 'git-receive-pack'): Buffer {
  return Buffer.concat([formatPkt(`# service=${service}\n`), FLUSH_PKT]);
}

/**
 * An `ERR` packet: git prints `fatal: remote error: <message>` and stops. A message too long for a packet is cut.
 *
 * @see gitprotocol-pack(5), "pkt-line Format", error-line.
 */
export function formatErrPkt(message: string): Buffer {
  return formatPkt(Buffer.from(`ERR ${message}`).subarray(0, MAX_PKT_DATA_SIZE));
}
