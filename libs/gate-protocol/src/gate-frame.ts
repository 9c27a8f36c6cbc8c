/**
 * What travels between the hub and the programs that an sshd in front of it starts, over the hub's gate socket.
 * docs/ssh.md, "The gate's protocol", has the order of the frames.
 *
 * A frame is its kind (one byte), the size of its payload (four bytes, big-endian) and the payload.
 */
const KINDS = {
  /** Client: {@link KeysRequest} as JSON. */
  keys: 0x4b,
  /** Client: {@link RunRequest} as JSON. */
  run: 0x52,
  /** Client: bytes for the command's standard input, never more than were granted. */
  input: 0x49,
  /** Client: the end of the standard input. */
  inputEnd: 0x45,
  /** Hub: {@link KeysAnswer} as JSON. */
  answer: 0x41,
  /** Hub: so many more bytes (u32) of input are welcome. */
  grant: 0x47,
  /** Hub: bytes of the command's standard output. */
  output: 0x4f,
  /** Hub: bytes of its standard error. */
  errorOutput: 0x44,
  /** Hub: its exit status (one byte). Nothing follows. */
  exit: 0x58,
} as const;

export type GateFrameKind = keyof typeof KINDS;

export interface GateFrame {
  kind: GateFrameKind;
  /** May be a view of what was read, not a copy. */
  payload: Buffer;
}

export const MAX_PAYLOAD_BYTES = 64 * 1024;
/** How much input the client may have sent that the command has not yet taken. */
export const INPUT_WINDOW_BYTES = 1024 * 1024;
const HEADER_BYTES = 5;

const KIND_OF_BYTE = new Map(Object.entries(KINDS).map(([kind, byte]) => [byte as number, kind as GateFrameKind]));

/** Bytes that are no frame. The connection they came from is of no more use. */
export class GateProtocolError extends Error {}

export function formatFrame(kind: GateFrameKind, payload: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(payload);
  return Buffer.concat([formatFrameHeader(kind, bytes.length), bytes]);
}

/** For payloads that are not worth a copy: to be followed by them. @throws RangeError above {@link MAX_PAYLOAD_BYTES}. */
export function formatFrameHeader(kind: GateFrameKind, sizeBytes: number): Buffer {
  if (sizeBytes > MAX_PAYLOAD_BYTES) throw new RangeError(`A frame of ${sizeBytes} bytes is too large.`);
  const header = Buffer.alloc(HEADER_BYTES);
  header[0] = KINDS[kind];
  header.writeUInt32BE(sizeBytes, 1);
  return header;
}

/** Cuts `bytes` into pieces that fit a frame, without copying them. */
export function* framePieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += MAX_PAYLOAD_BYTES) yield bytes.subarray(at, at + MAX_PAYLOAD_BYTES);
}

/** Puts frames together again, however the bytes were cut on their way. Keeps at most one unfinished frame. */
export class GateFrameReader {
  private rest = Buffer.alloc(0);

  /** @returns the frames that `chunk` completes. @throws GateProtocolError for an unknown kind or too large a size. */
  push(chunk: Buffer): GateFrame[] {
    let bytes = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    const frames: GateFrame[] = [];
    for (let frame = take(bytes); frame; frame = take(bytes)) {
      frames.push(frame);
      bytes = bytes.subarray(HEADER_BYTES + frame.payload.length);
    }
    this.rest = Buffer.from(bytes);
    return frames;
  }
}

function take(bytes: Buffer): GateFrame | null {
  if (bytes.length === 0) return null;
  const kind = KIND_OF_BYTE.get(bytes[0] as number);
  if (!kind) throw new GateProtocolError(`No frame begins with the byte ${bytes[0]}.`);
  if (bytes.length < HEADER_BYTES) return null;
  const sizeBytes = bytes.readUInt32BE(1);
  if (sizeBytes > MAX_PAYLOAD_BYTES) throw new GateProtocolError(`A frame of ${sizeBytes} bytes is too large.`);
  if (bytes.length < HEADER_BYTES + sizeBytes) return null;
  return { kind, payload: bytes.subarray(HEADER_BYTES, HEADER_BYTES + sizeBytes) };
}
