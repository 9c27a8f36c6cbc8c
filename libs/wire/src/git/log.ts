import { isoDate, parseIdent, type Ident } from './ident';
import { parseCommit, type CommitObject, type CutOptions } from './objects';

export interface LogPerson {
  name: string;
  email: string;
  /** ISO 8601 with the zone that the commit records: {@link isoDate}. */
  date: string;
}

/** A commit as histories, pages and events tell it. */
export interface LogRecord {
  sha: string;
  tree: string;
  parents: string[];
  author: LogPerson;
  committer: LogPerson;
  /** As it was written, without line feeds at its end. */
  message: string;
  /** Its first line that is not blank, without white space around it. */
  subject: string;
  /** The lines behind the subject, without blank ones around them; each ends in a line feed, whatever ended it before. */
  body: string;
  /** `message` and `body` are the beginning of a longer text. */
  isCut?: true;
}

/** What the content of the commit `sha` tells. Every content has an answer: what is no commit tells nothing. */
export function readLogRecord(sha: string, object: Uint8Array, options: CutOptions = {}): LogRecord {
  const commit = parseCommit(object, options);
  const { tree, parents, author, committer, message, isCut } = commit.kind === 'commit' ? commit : NOTHING;
  const text = message.replace(/\n+$/, '');
  return {
    sha,
    tree,
    parents,
    author: personOf(author),
    committer: personOf(committer),
    message: text,
    ...linesOf(text),
    ...(isCut ? { isCut } : {}),
  };
}

const NOBODY = parseIdent('');
const NOTHING: Omit<CommitObject, 'kind'> = {
  ...{ tree: '', parents: [], author: NOBODY, committer: NOBODY },
  ...{ encoding: null, message: '', isCut: false },
};

function personOf(ident: Ident): LogPerson {
  return { name: ident.name, email: ident.email, date: isoDate(ident) };
}

function linesOf(message: string): { subject: string; body: string } {
  const lines = message.split(/\r\n|\r|\n/);
  const first = lines.findIndex(isWritten);
  const behind = lines.slice(first + 1);
  const start = behind.findIndex(isWritten);
  if (first < 0) return { subject: '', body: '' };
  const body = start < 0 ? '' : behind.slice(start, behind.findLastIndex(isWritten) + 1).join('\n');
  return { subject: (lines[first] ?? '').trim(), body };
}

const isWritten = (line: string): boolean => line.trim() !== '';
