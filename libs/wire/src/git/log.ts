import { ProtocolError } from '../protocol-error';

/**
 * The options of `git log` whose output {@link LogParser} reads, without a diff. NUL separates fields and records alike:
 * no field of a commit can hold one. Dates come as they stand in the commit: where git would have to make a calendar's
 * date of them, it ends at some (the first hours of 1970 west of Greenwich).
 */
export const LOG_OPTIONS: readonly string[] = [
  '-z',
  '--no-show-signature',
  '--encoding=UTF-8',
  '--date=raw',
  '--format=tformat:%H%x00%T%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%s%x00%b',
];
const FIELD_COUNT = 11;
/** Of a name, a subject, a message: who wants more reads the object. */
const MAX_FIELD_BYTES = 64 * 1024;

export interface LogPerson {
  name: string;
  email: string;
  /** ISO 8601 with the zone that the commit records, UTC where no clock has that zone; 1970 where git cannot read it. */
  date: string;
}

export interface LogRecord {
  sha: string;
  tree: string;
  parents: string[];
  author: LogPerson;
  committer: LogPerson;
  subject: string;
  /** Without the subject, the blank line and trailing line feeds. */
  body: string;
  /** A field was longer than 64 KiB: of that, this is the beginning. */
  isCut?: true;
}

/** Reads `git log` with {@link LOG_OPTIONS} as it comes, in bounded memory whatever a commit holds. */
export class LogParser {
  private fields: string[] = [];
  private pieces: Buffer[] = [];
  private keptBytes = 0;
  private isFieldCut = false;
  private isRecordCut = false;

  /** The commits that end in `chunk`. */
  push(chunk: Buffer): LogRecord[] {
    const records: LogRecord[] = [];
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      this.keep(chunk.subarray(start, end));
      const record = this.endField();
      if (record) records.push(record);
      start = end + 1;
    }
    this.keep(chunk.subarray(start));
    return records;
  }

  /** @throws ProtocolError when the output ended inside a commit. */
  end(): void {
    if (this.fields.length > 0 || this.keptBytes > 0) throw new ProtocolError('git log output ends inside a record');
  }

  private keep(bytes: Buffer): void {
    const kept = bytes.subarray(0, MAX_FIELD_BYTES - this.keptBytes);
    if (kept.length < bytes.length) this.isFieldCut = true;
    if (kept.length === 0) return;
    this.pieces.push(Buffer.from(kept));
    this.keptBytes += kept.length;
  }

  private endField(): LogRecord | null {
    const text = Buffer.concat(this.pieces).toString('utf8');
    // The cut may lie inside a character.
    this.fields.push(this.isFieldCut ? text.replace(/\ufffd+$/, '') : text);
    this.isRecordCut ||= this.isFieldCut;
    this.pieces = [];
    this.keptBytes = 0;
    this.isFieldCut = false;
    if (this.fields.length < FIELD_COUNT) return null;
    const record = readRecord(this.fields, this.isRecordCut);
    this.fields = [];
    this.isRecordCut = false;
    return record;
  }
}

function readRecord(fields: string[], isCut: boolean): LogRecord {
  const [sha = '', tree = '', parents = '', ...rest] = fields;
  const [authorName = '', authorEmail = '', authorDate = '', ...others] = rest;
  const [committerName = '', committerEmail = '', committerDate = '', subject = '', body = ''] = others;
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: authorName, email: authorEmail, date: isoDate(authorDate) },
    committer: { name: committerName, email: committerEmail, date: isoDate(committerDate) },
    subject,
    body: body.replace(/\n+$/, ''),
    ...(isCut ? { isCut } : {}),
  };
}

/** 9999-12-31: beyond it ISO 8601 has no four digits for the year, and most programs no date. */
const MAX_EPOCH_SECONDS = 253_402_300_799;
/** No clock is further from Greenwich. */
const MAX_ZONE_MINUTES = 14 * 60;

/** `1700000000 +0100` → `2023-11-14T23:13:20+01:00`. What git cannot read is the epoch, as for git itself. */
export function isoDate(raw: string): string {
  const [, digits = '0', sign = '+', zone = '0000'] = /^(\d+) ([+-])(\d{4,})$/.exec(raw) ?? [];
  const epochSeconds = Number(digits);
  const minutes = Number(zone.slice(-2));
  const wanted = Number(zone.slice(0, -2)) * 60 + minutes;
  const zoneMinutes = minutes < 60 && wanted <= MAX_ZONE_MINUTES ? wanted * (sign === '-' ? -1 : 1) : 0;
  const local = Math.max(-MAX_ZONE_MINUTES * 60, Math.min(epochSeconds, MAX_EPOCH_SECONDS) + zoneMinutes * 60);
  const isFar = epochSeconds >= MAX_EPOCH_SECONDS - MAX_ZONE_MINUTES * 60;
  const shown = new Date((isFar ? MAX_EPOCH_SECONDS : local) * 1000).toISOString().slice(0, 19);
  return `${shown}${zoneText(isFar ? 0 : zoneMinutes)}`;
}

function zoneText(zoneMinutes: number): string {
  const size = Math.abs(zoneMinutes);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${zoneMinutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
