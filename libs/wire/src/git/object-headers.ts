import { decodeBytes, decodeWestern } from '@granary/kernel';

export interface ObjectHeader {
  name: string;
  /** Bytes as Latin-1 characters, continuation lines joined by line feeds without their leading space. */
  value: string;
}

/**
 * Splits a commit or tag into its header lines and the bytes of its message, whatever they hold: a line without a space
 * is a header without a value. A missing message is an empty one.
 */
export function splitHeaders(object: Uint8Array): { headers: ObjectHeader[]; message: Buffer } {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const end = bytes.indexOf('\n\n');
  const block = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1');
  const headers: ObjectHeader[] = [];
  for (const line of block.replace(/\n$/, '').split('\n')) {
    const last = headers.at(-1);
    const space = line.indexOf(' ');
    if (space === 0 && last) last.value += `\n${line.slice(1)}`;
    else headers.push({ name: space < 0 ? line : line.slice(0, space), value: space < 0 ? '' : line.slice(space + 1) });
  }
  return { headers, message: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2) };
}

/** Names of encodings as git users write them, without `-` and `_`, that the standard's list of labels lacks. */
const OTHER_LABELS: Record<string, string> = {
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  euccn: 'gbk',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  latin1: 'windows-1252',
  latin2: 'iso-8859-2',
  latin9: 'iso-8859-15',
  utf8: 'utf-8',
};

export type DecodeText = (bytes: Uint8Array, options?: { isCut?: boolean }) => string;

/**
 * A decoder for the `encoding` header. What it does not hold for, and all where it is absent or unknown, is read as
 * {@link decodeBytes} reads it.
 */
export function textDecoder(encoding: string | null): DecodeText {
  const label = encoding === null ? 'utf-8' : knownLabel(encoding.trim());
  // Node reads Windows-1252 as Latin-1; and any bytes are right in it, UTF-8 too.
  if (label === 'windows-1252') return decodeWestern;
  if (label === 'utf-8') return decodeBytes;
  return (bytes, { isCut = false } = {}) => {
    try {
      return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: isCut });
    } catch {
      return decodeBytes(bytes, { isCut });
    }
  };
}

function knownLabel(encoding: string): string {
  const label = OTHER_LABELS[encoding.toLowerCase().replace(/[-_]/g, '')] ?? encoding;
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'utf-8';
  }
}
