import { PUBLIC_KEY_TYPES, readKeyBlob } from './key-blob';

/** What a person pasted, taken apart: the words of one line of authorized_keys. */
export interface KeyWords {
  type: string;
  /** Base64, as it was pasted but without what wrapped it. */
  encoded: string;
  comment: string;
}

export type PastedKey = { kind: 'words'; words: KeyWords } | { kind: 'error'; error: string };

const refuse = (error: string): PastedKey => ({ kind: 'error', error });

const PRIVATE_KEY = new RegExp(
  [
    '---- ?BEGIN [A-Z0-9 ]*PRIVATE KEY',
    'PuTTY-User-Key-File-',
    'SSH PRIVATE KEY FILE FORMAT',
    // The beginning of OpenSSH's form, where somebody left its first line out.
    'b3BlbnNzaC1rZXktdjE',
  ].join('|'),
);
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Types that begin a key here or elsewhere: a line that starts with one is no rest of the line before. */
const KEY_TYPE = /^(?:ssh-(?:rsa|dss|ed25519|ed448)|ecdsa-sha2-\S+|sk-(?:ssh|ecdsa)-\S+|\S+-cert-v01@openssh\.com)$/;
/** Marks that editors and chat programs leave at the edges of a text, and blanks that are none to a program. */
const INVISIBLE_EDGE = /^[\ufeff\u200b\s]+|[\ufeff\u200b\s]+$/g;

/**
 * Finds the one key in what somebody pasted: lines wrapped by a terminal or a mail program, blanks and empty lines
 * around it, comments as authorized_keys has them, or the form of RFC 4716.
 *
 * @returns a text for the person where it is something else, or more than one key.
 * @see sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; RFC 4716, section 3.
 */
export function readPastedKey(text: string): PastedKey {
  if (PRIVATE_KEY.test(text)) {
    return refuse(
      'This is a PRIVATE key: never show it to anyone. Make a new key, and paste the file that ends in .pub.',
    );
  }
  const lines = text.split(/\r\n?|\n|\u2028/).map((line) => line.replace(INVISIBLE_EDGE, ''));
  if (lines.some((line) => line.startsWith('---- BEGIN SSH2 PUBLIC KEY'))) return readRfc4716(lines);
  const foreign = nameForeignFormat(lines.join('\n'));
  if (foreign) return refuse(foreign);
  const entries = entriesOf(lines.filter((line) => line !== '' && !line.startsWith('#')));
  const [entry] = entries;
  if (!entry) return refuse('The key is empty.');
  if (entries.length > 1) return refuse(severalKeys(entries.length));
  return { kind: 'words', words: wordsOf(entry) };
}

/** The length of a type's name, in base64. A comment may hold the name of a type, but not this behind it. */
const beginsData = (word: string | undefined) => word?.startsWith('AAAA') === true;

/** Whether another key stands behind a key. */
export function holdsKey(comment: string): boolean {
  const words = comment.split(' ');
  return words.some((word, at) => KEY_TYPE.test(word) && beginsData(words[at + 1]));
}

/** Each with the lines that its wrapping made of it. */
function entriesOf(lines: readonly string[]): string[][] {
  const entries: string[][] = [];
  for (const line of lines) {
    const words = line.split(/[\s"]+/);
    const isStart = words.some((word, at) => KEY_TYPE.test(word) && (at === 0 || beginsData(words[at + 1])));
    const last = entries.at(-1);
    if (isStart || !last) entries.push([line]);
    else last.push(line);
  }
  return entries;
}

/**
 * The key data ends where it is whole: what a wrapped line goes on with belongs to it until then, and is the comment
 * from there on.
 */
function wordsOf([first = '', ...rest]: readonly string[]): KeyWords {
  const [type = '', ...others] = first.split(/[ \t\u00a0]+/);
  let encoded = others.shift() ?? '';
  const comment = [...others];
  for (const line of rest) {
    const [next = '', ...more] = line.split(/[ \t\u00a0]+/);
    const goesOn = comment.length === 0 && BASE64.test(next) && !isWhole(encoded);
    if (goesOn) encoded += next;
    comment.push(...(goesOn ? more : [next, ...more]));
  }
  return { type, encoded, comment: comment.join(' ') };
}

function isWhole(encoded: string): boolean {
  return encoded !== '' && !('error' in readKeyBlob(Buffer.from(encoded, 'base64')));
}

const severalKeys = (count: number) => `This holds ${count} keys: add one at a time, each with a title of its own.`;

/** The form of RFC 4716, which PuTTYgen and the ssh.com programs save. */
function readRfc4716(lines: readonly string[]): PastedKey {
  const begins = lines.filter((line) => line.startsWith('---- BEGIN SSH2 PUBLIC KEY'));
  if (begins.length > 1) return refuse(severalKeys(begins.length));
  const start = lines.findIndex((line) => line.startsWith('---- BEGIN SSH2 PUBLIC KEY'));
  const end = lines.findIndex((line) => line.startsWith('---- END SSH2 PUBLIC KEY'));
  if (end < start)
    return refuse('The end of the key is missing: copy it with its line "---- END SSH2 PUBLIC KEY ----".');
  const body: string[] = [];
  let comment = '';
  for (let at = start + 1; at < end; at++) {
    let line = lines[at] ?? '';
    if (!line.includes(':')) {
      body.push(line);
      continue;
    }
    while (line.endsWith('\\') && at + 1 < end) line = line.slice(0, -1) + (lines[++at] ?? '');
    const [, value] = /^comment:\s*(.*)$/i.exec(line) ?? [];
    if (value !== undefined) comment = value.replace(/^"(.*)"$/, '$1');
  }
  const encoded = body.join('');
  const read = readKeyBlob(Buffer.from(encoded, 'base64'));
  if ('error' in read)
    return refuse(`The key is damaged: ${read.error}. Copy it again, from its first line to its last.`);
  return { kind: 'words', words: { type: read.type, encoded, comment } };
}

/** What a person is told who pasted something else than a line of authorized_keys. */
function nameForeignFormat(text: string): string | null {
  if (text.includes('-----BEGIN PGP PUBLIC KEY')) {
    return 'This is a GPG key. It is for signatures: add it under Settings, GPG keys.';
  }
  if (text.includes('-----BEGIN RSA PUBLIC KEY'))
    return 'This is a PEM file. Convert it: ssh-keygen -i -m PEM -f <file>';
  if (text.includes('-----BEGIN PUBLIC KEY')) return 'This is a PEM file. Convert it: ssh-keygen -i -m PKCS8 -f <file>';
  if (text.includes('-----BEGIN ')) return 'This is a PEM file, but no SSH key: paste the file that ends in .pub.';
  if (/^(?:\d+ )?(?:SHA256:[A-Za-z0-9+/]{20,}|MD5:[0-9a-f:]{20,})/m.test(text)) {
    return 'This is the fingerprint of a key: paste the key itself, the file that ends in .pub.';
  }
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text) ? 'A public key holds no control characters.' : null;
}

/** Why a line does not begin as a key does. */
export function nameForeignType({ type, encoded, comment }: KeyWords): string {
  if (type === 'ssh-dss') return 'DSA keys are refused: 1024 bits can be broken. Make another: ssh-keygen -t ed25519';
  if (type.endsWith('-cert-v01@openssh.com')) return 'This is a certificate; paste the public key it was made for.';
  const words = `${encoded} ${comment}`.split(/[\s"]+/);
  if (words.some((word) => PUBLIC_KEY_TYPES.includes(word))) {
    return 'Options before the key are not supported: start with the key type.';
  }
  return `Not a public key: it must start with one of ${PUBLIC_KEY_TYPES.join(', ')}.`;
}
