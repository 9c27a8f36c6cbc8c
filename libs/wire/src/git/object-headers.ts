export interface ObjectHeader {
  name: string;
  /** Bytes as Latin-1 characters, continuation lines joined by line feeds without their leading space. */
  value: string;
}

/**
 * Splits a commit or tag into its header lines and the bytes of its message.
 *
 * @returns null when a header line has no name. A missing message is an empty one.
 */
export function splitHeaders(object: Uint8Array): { headers: ObjectHeader[]; message: Buffer } | null {
  const bytes = Buffer.from(object.buffer, object.byteOffset, object.byteLength);
  const end = bytes.indexOf('\n\n');
  const block = bytes.subarray(0, end < 0 ? bytes.length : end).toString('latin1');
  const headers: ObjectHeader[] = [];
  for (const line of block.replace(/\n$/, '').split('\n')) {
    const last = headers.at(-1);
    const space = line.indexOf(' ');
    if (space === 0 && last) last.value += `\n${line.slice(1)}`;
    else if (space <= 0) return null;
    else headers.push({ name: line.slice(0, space), value: line.slice(space + 1) });
  }
  return { headers, message: end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2) };
}

/** A decoder for the `encoding` header; UTF-8 when it is absent or unknown, with U+FFFD for what does not decode. */
export function textDecoder(encoding: string | null): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(isKnownEncoding(encoding) ? encoding : 'utf-8', { ignoreBOM: true });
  return (bytes) => decoder.decode(bytes);
}

function isKnownEncoding(label: string | null): label is string {
  if (label === null) return false;
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}
