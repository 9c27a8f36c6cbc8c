import { ident, type Person } from '@granary/git-process';
import { invalidField } from '@granary/kernel';

/** As REST has it: a moment with the offset that it was written with, `2026-05-01T12:00:00+02:00`. */
export interface DatedPerson extends Person {
  /** `+hhmm`; UTC where it is left out. */
  timeZone?: string;
}

const MAX_MESSAGE_BYTES = 1024 ** 2;

export interface NewCommitText {
  treeOid: string;
  parentOids: readonly string[];
  message: string;
  author: DatedPerson;
  committer: DatedPerson;
  /** Armoured, of PGP or SSH. It was made over the commit's text to the byte: nothing of the message is tidied. */
  signature?: string;
  now: Date;
}

/** @throws DomainError `invalid` */
export function formatNewCommit(input: NewCommitText): Buffer {
  const { treeOid, parentOids, message, author, committer, signature, now } = input;
  const lines = [
    `tree ${treeOid}`,
    ...parentOids.map((oid) => `parent ${oid}`),
    `author ${ident(author, now, author.timeZone)}`,
    `committer ${ident(committer, now, committer.timeZone)}`,
    // A header goes on in lines that begin with a blank.
    ...(signature === undefined ? [] : [`gpgsig ${checked('signature', signature).trim().replace(/\r?\n/g, '\n ')}`]),
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${checked('message', message)}`);
}

export interface NewTagText {
  name: string;
  message: string;
  object: { oid: string; type: string };
  tagger: DatedPerson;
  now: Date;
}

/** @throws DomainError `invalid` */
export function formatNewTag({ name, message, object, tagger, now }: NewTagText): Buffer {
  const lines = [
    `object ${object.oid}`,
    `type ${object.type}`,
    `tag ${name}`,
    `tagger ${ident(tagger, now, tagger.timeZone)}`,
  ];
  return Buffer.from(`${lines.join('\n')}\n\n${checked('message', message)}`);
}

function checked(field: string, text: string): string {
  if (text.includes('\0')) throw invalidField(field, `The ${field} holds a NUL character.`, 'invalid');
  if (Buffer.byteLength(text) > MAX_MESSAGE_BYTES) {
    throw invalidField(field, `The ${field} is longer than ${MAX_MESSAGE_BYTES} bytes.`, 'invalid');
  }
  return text;
}
