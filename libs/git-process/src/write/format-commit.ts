import { invalidField, withoutAsciiControls } from '@granary/kernel';

const MAX_MESSAGE_BYTES = 64 * 1024;

export interface Person {
  name: string;
  email: string;
  /** Now, where it is left out. */
  date?: Date;
}

export interface CommitFacts {
  treeOid: string;
  parentOid: string | null;
  message: string;
  author: Person;
  committer: Person;
  now: Date;
}

/**
 * The content of a commit object.
 *
 * @throws DomainError `invalid` for a message that is empty, too long or holds NUL, and for a person without a name.
 */
export function formatCommit(facts: CommitFacts): Buffer {
  const lines = [
    `tree ${facts.treeOid}`,
    ...(facts.parentOid === null ? [] : [`parent ${facts.parentOid}`]),
    `author ${ident(facts.author, facts.now)}`,
    `committer ${ident(facts.committer, facts.now)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${messageText(facts.message)}`);
}

/** Lines end in a line feed, blanks at their ends go, as `git commit` leaves a message. */
function messageText(message: string): string {
  const text = message
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+$/gm, '')
    .replace(/^\n+|\n+$/g, '');
  if (text === '') throw invalidField('message', 'A commit needs a message.', 'missing_field');
  if (text.includes('\0')) throw invalidField('message', 'The message holds a NUL character.', 'invalid');
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) {
    throw invalidField('message', `The message is longer than ${MAX_MESSAGE_BYTES} bytes.`, 'invalid');
  }
  return `${text}\n`;
}

/** @param timeZone `+hhmm`. @throws DomainError `invalid` for a person without a name, and for a date before 1970. */
export function ident({ name, email, date }: Person, now: Date, timeZone = '+0000'): string {
  const [cleanName, cleanEmail] = [clean(name), clean(email)];
  if (cleanName === '') throw invalidField('name', 'A commit needs the name of its author.', 'invalid');
  const epochSeconds = Math.floor((date ?? now).getTime() / 1000);
  if (epochSeconds < 0) throw invalidField('date', 'Git has no dates before 1970.', 'invalid');
  return `${cleanName} <${cleanEmail}> ${epochSeconds} ${timeZone}`;
}

/** Without what would end the name or the line (git: ident.c, strbuf_addstr_without_crud). */
function clean(text: string): string {
  return withoutAsciiControls(text)
    .replace(/[<>]/g, '')
    .replace(/^[\s.,:;"\\']+|[\s.,:;"\\']+$/g, '');
}
