/** `length key=value\n` lines of a pax extended header, by key; values are bytes, as paths are. */
export type PaxRecords = Map<string, Buffer>;

/**
 * @throws Error when a record's length does not fit.
 * @see POSIX.1-2017, pax, "pax Extended Header".
 */
export function parsePaxRecords(body: Buffer): PaxRecords {
  const records: PaxRecords = new Map();
  let at = 0;
  while (at < body.length) {
    const space = body.indexOf(0x20, at);
    const digits = space < 0 ? '' : body.toString('latin1', at, space);
    const end = at + Number(digits);
    const equals = body.indexOf(0x3d, space);
    if (!/^[1-9]\d{0,9}$/.test(digits) || end > body.length || equals < 0 || equals >= end || body[end - 1] !== 0x0a) {
      throw new Error('A pax record does not have the length that it gives.');
    }
    records.set(body.toString('utf8', space + 1, equals), body.subarray(equals + 1, end - 1));
    at = end;
  }
  return records;
}

/** One record; its length counts its own digits too. */
export function formatPaxRecord(key: string, value: Buffer | string): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')]);
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
