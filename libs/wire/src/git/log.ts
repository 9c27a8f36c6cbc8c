import { ProtocolError } from '../protocol-error';
import { splitNul } from './records';

/**
 * The argument of `git log -z --format=` whose output {@link parseLog} reads. Run it with `--encoding=UTF-8` and
 * without a diff. NUL separates fields and records alike: no field of a commit can hold one.
 */
export const LOG_FORMAT = 'tformat:%H%x00%T%x00%P%x00%an%x00%ae%x00%aI%x00%cn%x00%ce%x00%cI%x00%s%x00%b';
const FIELD_COUNT = 11;

export interface LogPerson {
  name: string;
  email: string;
  /** ISO 8601 with the zone that the commit records; 1970 where git cannot read the date. */
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
}

/**
 * Reads the whole output of `git log -z` with {@link LOG_FORMAT}.
 *
 * @throws ProtocolError on anything else.
 */
export function parseLog(output: string): LogRecord[] {
  const fields = splitNul(output);
  if (fields.length % FIELD_COUNT !== 0) throw new ProtocolError('git log output ends inside a record');
  const records: LogRecord[] = [];
  for (let at = 0; at < fields.length; at += FIELD_COUNT) records.push(readRecord(fields.slice(at, at + FIELD_COUNT)));
  return records;
}

function readRecord(fields: string[]): LogRecord {
  const [sha = '', tree = '', parents = '', ...rest] = fields;
  const [authorName = '', authorEmail = '', authorDate = '', ...others] = rest;
  const [committerName = '', committerEmail = '', committerDate = '', subject = '', body = ''] = others;
  return {
    sha,
    tree,
    parents: parents === '' ? [] : parents.split(' '),
    author: { name: authorName, email: authorEmail, date: readDate(authorDate) },
    committer: { name: committerName, email: committerEmail, date: readDate(committerDate) },
    subject,
    body: body.replace(/\n+$/, ''),
  };
}

function readDate(text: string): string {
  // For a date that it cannot read git prints nothing, or the placeholder itself.
  return Number.isNaN(Date.parse(text)) ? '1970-01-01T00:00:00+00:00' : text;
}
