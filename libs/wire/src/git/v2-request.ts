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

/**
 * Reads a request as far as it is there.
 *
 * @param isWanted of a command; the body of another one is not read on.
 * @see gitprotocol-v2(5), "Command Request".
 */
export function parseV2Request(body: Buffer, isWanted: (command: string) => boolean): V2Parse {
  const request: V2Request = { kind: 'request', command: '', objectFormat: 'sha1', lines: [] };
  let part: 'command' | 'capabilities' | 'arguments' = 'command';
  for (let at = 0; ;) {
    const taken = takeOrNull(body.subarray(at));
    if (taken === 'broken') return OTHER;
    if (!taken) return INCOMPLETE;
    at += taken.size;
    const { pkt } = taken;
    if (pkt.kind === 'flush') return part !== 'command' && at === body.length ? request : OTHER;
    if (pkt.kind === 'delim' && part === 'capabilities') part = 'arguments';
    else if (pkt.kind !== 'data') return OTHER;
    else if (part === 'arguments') request.lines.push(lineOf(pkt));
    else if (part === 'capabilities' && !takeCapability(request, lineOf(pkt))) return OTHER;
    else if (part === 'command') {
      [, request.command = ''] = /^command=(.+)$/.exec(lineOf(pkt)) ?? [];
      if (!isWanted(request.command)) return OTHER;
      part = 'capabilities';
    }
  }
}

function lineOf({ data }: Pkt & { kind: 'data' }): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1').replace(/\n$/, '');
}

function takeOrNull(bytes: Buffer): ReturnType<typeof takePkt> | 'broken' {
  try {
    return takePkt(bytes);
  } catch {
    return 'broken';
  }
}

function takeCapability(request: V2Request, line: string): boolean {
  const [, format] = /^object-format=(\w+)$/.exec(line) ?? [];
  if (format) request.objectFormat = format;
  return format !== undefined || SILENT.test(line);
}
