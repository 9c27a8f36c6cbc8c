import { visible } from '@granary/kernel';
import type { LogPerson, LogRecord } from '@granary/wire';

/** In one encoded word, whose limit is 75 characters (RFC 2047, section 2). */
const ENCODED_WORD_BYTES = 45;

/**
 * What stands before the patch in a mail that git-am(1) takes. git's own (`--pretty=email`) ends at dates that it cannot
 * show.
 *
 * @see git-format-patch(1), "DISCUSSION".
 */
export function mailHead({ sha, author, message }: LogRecord): string {
  const [title = '', ...rest] = message.replace(/^\s*\n/, '').split(/\n[ \t\r]*\n/);
  const body = rest.join('\n\n').trimEnd();
  const isPlain = /^[\x20-\x7e\s]*$/.test(message);
  return [
    // The date is git's mark of such mails, not the commit's.
    `From ${sha} Mon Sep 17 00:00:00 2001`,
    `From: ${personOf(author)}`,
    `Date: ${mailDate(author.date)}`,
    `Subject: ${encoded(`[PATCH] ${title.replace(/\s+/g, ' ').trim()}`)}`,
    ...(isPlain
      ? []
      : ['MIME-Version: 1.0', 'Content-Type: text/plain; charset=UTF-8', 'Content-Transfer-Encoding: 8bit']),
    '',
    ...(body === '' ? [] : [body]),
    '---',
    '',
  ].join('\n');
}

/** `2023-11-14T23:13:20+01:00` → `Tue, 14 Nov 2023 23:13:20 +0100`. */
function mailDate(date: string): string {
  const local = new Date(`${date.slice(0, 19)}Z`).toUTCString();
  return local.replace('GMT', date.slice(19).replace(':', ''));
}

function personOf({ name, email }: LogPerson): string {
  const isPlain = /^[\w !#$%&'*+/=?^`{|}~-]*$/.test(name);
  const isAscii = /^[\x20-\x7e]*$/.test(name);
  const quoted = isPlain || !isAscii ? encoded(name) : `"${name.replace(/["\\]/g, '\\$&')}"`;
  return `${quoted} <${encoded(email.replace(/[<>\s]/g, ''))}>`;
}

/** As encoded words, where there is more than ASCII. */
function encoded(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words = [''];
  for (const character of visible(text)) {
    const word = `${words.at(-1)}${character}`;
    if (Buffer.byteLength(word) > ENCODED_WORD_BYTES) words.push(character);
    else words[words.length - 1] = word;
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join('\n ');
}
