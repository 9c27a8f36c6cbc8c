import { cutText } from '@granary/kernel';
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
  /** Its first line that is not blank, without white space around it; cut where it is too long for a heading. */
  subject: string;
  /** What stands behind the subject, without blank lines around it; each ends in a line feed, whatever ended it before. */
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

/** A message that is one line of kilobytes goes on in the body. */
const MAX_SUBJECT_LENGTH = 500;

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
  const line = (lines[first] ?? '').trim();
  if (line.length <= MAX_SUBJECT_LENGTH) return { subject: line, body };
  const head = cutText(line, MAX_SUBJECT_LENGTH);
  return { subject: `${head}…`, body: `…${line.slice(head.length)}\n\n${body}`.trimEnd() };
}

const isWritten = (line: string): boolean => line.trim() !== '';
