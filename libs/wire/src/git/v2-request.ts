import { ProtocolError } from '../protocol-error';
import { takePkt, type Pkt } from './pkt-line';

/** The body of a `POST git-upload-pack` in protocol version 2. Texts hold a byte in each character (latin1). */
export interface V2Request {
  kind: 'request';
  /** E.g. `ls-refs` or `fetch`. */
  command: string;
  /** `sha1` where the client does not say. */
  objectFormat: string;
  /** The arguments, without line feeds. */
  lines: string[];
}

/** `incomplete`: more bytes are needed. `other`: bytes or capabilities that only git itself answers. */
export type V2Parse = V2Request | { kind: 'incomplete' } | { kind: 'other' };

const OTHER: V2Parse = { kind: 'other' };
const INCOMPLETE: V2Parse = { kind: 'incomplete' };
/** Capabilities that change nothing in any answer. */
const SILENT = /^(agent|session-id)=/;
/** git sends three. */
const MAX_CAPABILITIES = 64;
/** As many as a client has reason to send in a mebibyte: a clone names a ref's id in 50 bytes. */
const MAX_ARGUMENTS = 32_768;

/**
 * Reads a request as far as it is there.
 *
 * @param isWanted of a command; the body of another one is not read on.
 * @throws ProtocolError for more capabilities or arguments than any client sends.
 * @see gitprotocol-v2(5), "Command Request".
 */
export function parseV2Request(body: Buffer, isWanted: (command: string) => boolean): V2Parse {
  return new V2RequestReader(isWanted).read(body);
}

/** {@link parseV2Request} of a body that is still coming: each packet is read once, however the bytes arrive. */
export class V2RequestReader {
  private readonly request: V2Request = { kind: 'request', command: '', objectFormat: 'sha1', lines: [] };
  private part: 'command' | 'capabilities' | 'arguments' = 'command';
  private capabilityCount = 0;
  private at = 0;

  constructor(private readonly isWanted: (command: string) => boolean) {}

  /** @param body all bytes so far: what was given before, and what has come since. @throws ProtocolError */
  read(body: Buffer): V2Parse {
    for (;;) {
      const taken = takeOrNull(body.subarray(this.at));
      if (taken === 'broken') return OTHER;
      if (!taken) return INCOMPLETE;
      this.at += taken.size;
      const { pkt } = taken;
      if (pkt.kind === 'flush') return this.part !== 'command' && this.at === body.length ? this.request : OTHER;
      if (pkt.kind === 'delim' && this.part === 'capabilities') this.part = 'arguments';
      else if (pkt.kind !== 'data' || !this.takeLine(lineOf(pkt))) return OTHER;
    }
  }

  /** @returns false for a line that only git itself understands. */
  private takeLine(line: string): boolean {
    if (this.part === 'arguments') return this.takeArgument(line);
    if (this.part === 'capabilities') return this.takeCapability(line);
    [, this.request.command = ''] = /^command=(.+)$/.exec(line) ?? [];
    this.part = 'capabilities';
    return this.isWanted(this.request.command);
  }

  private takeCapability(line: string): boolean {
    if (++this.capabilityCount > MAX_CAPABILITIES) {
      throw new ProtocolError(`A request may name at most ${MAX_CAPABILITIES} capabilities.`);
    }
    const [, format] = /^object-format=(\w+)$/.exec(line) ?? [];
    if (format) this.request.objectFormat = format;
    return format !== undefined || SILENT.test(line);
  }

  private takeArgument(line: string): boolean {
    if (this.request.lines.push(line) > MAX_ARGUMENTS) {
      throw new ProtocolError(`A request may have at most ${MAX_ARGUMENTS} arguments.`, {
        hint: 'Name fewer refs at once.',
      });
    }
    return true;
  }
}

function lineOf({ data }: Pkt & { kind: 'data' }): string {
  const end = data.at(-1) === 0x0a ? data.length - 1 : data.length;
  return Buffer.from(data.buffer, data.byteOffset, end).toString('latin1');
}

function takeOrNull(bytes: Buffer): ReturnType<typeof takePkt> | 'broken' {
  try {
    return takePkt(bytes);
  } catch {
    return 'broken';
  }
}
