import { isUtf8 } from 'node:buffer';

/** What no name in UTF-8 reads as, unless it was written to: quoted, with an escape in octal digits. */
const QUOTED = /^"(?:[^"\\]|\\\\|\\[0-3][0-7]{2})*"$/;
const OCTAL = /\\([0-3][0-7]{2})|\\(\\)/g;

/**
 * A path in git, which is any bytes, as a text that stands for it alone: UTF-8 as it is, and each name that is none
 * quoted as git quotes it, `dir/"caf\351"`. A name that reads like one of those is quoted, too. {@link bytesOfPath}
 * leads back.
 *
 * @see git-config(1), "core.quotePath".
 */
export function textOfPath(path: Uint8Array): string {
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength);
  const isPlain = isUtf8(bytes);
  const text = bytes.toString(isPlain ? 'utf8' : 'latin1');
  if (isPlain && !text.includes('"')) return text;
  return bytes.toString('latin1').split('/').map(textOfName).join('/');
}

/** The path that a text stands for: one from {@link textOfPath}, or any other, which is UTF-8. */
export function bytesOfPath(text: string): Buffer {
  if (!text.includes('"')) return Buffer.from(text);
  const names = text.split('/').map((name) => (isQuoted(name) ? unquoted(name) : Buffer.from(name)));
  return Buffer.concat(names.flatMap((name, index) => (index === 0 ? [name] : [Buffer.from('/'), name])));
}

/** Whether the path is its own text: no name in it is quoted. */
export function isPlainPath(text: string): boolean {
  return !text.includes('"') || !text.split('/').some(isQuoted);
}

function textOfName(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString('utf8');
  return isUtf8(bytes) && !isQuoted(text) ? text : quoted(latin1);
}

function isQuoted(name: string): boolean {
  return QUOTED.test(name) && /\\[0-3]/.test(name.replaceAll('\\\\', ''));
}

function quoted(latin1: string): string {
  const octal = (character: string) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return `"${latin1.replaceAll('\\', '\\\\').replace(/[^ !#-~]/g, octal)}"`;
}

function unquoted(name: string): Buffer {
  const parts: Buffer[] = [];
  let end = 1;
  for (const match of name.matchAll(OCTAL)) {
    parts.push(Buffer.from(name.slice(end, match.index)), Buffer.of(match[2] ? 0x5c : parseInt(match[1] ?? '', 8)));
    end = match.index + match[0].length;
  }
  return Buffer.concat([...parts, Buffer.from(name.slice(end, -1))]);
}
