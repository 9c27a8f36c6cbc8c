import { isUtf8 } from 'node:buffer';
import { decodeBytes } from '@granary/kernel';
import type { PatchFile, PatchLine } from '@granary/wire';
import { decodeAs, encodingOf, type TextEncoding } from './text-encoding';

type Decode = (text: string) => string;

/** What the whole file on each side is written in; null where that is not known. */
export interface SideEncodings {
  before: TextEncoding | null;
  after: TextEncoding | null;
}

/**
 * The lines of a patch as the file page shows them. Each side has an encoding of its own: a commit may change a file from
 * one to another, and a line is read in that of its side. Where the file is too long to be asked, its lines are.
 *
 * @param file from a patch that was read with one character a byte, so that parts of several encodings came through.
 */
export function decodePatch(file: PatchFile, encodings: SideEncodings): PatchFile {
  const before = decoder(encodings.before ?? encodingOfLines(file, 'add'));
  const after = decoder(encodings.after ?? encodingOfLines(file, 'delete'));
  return {
    ...file,
    hunks: file.hunks.map(({ header, lines }) => ({
      header: decodeHeader(header, before),
      lines: lines.map((line) => ({ ...line, text: (line.kind === 'delete' ? before : after)(line.text) })),
    })),
  };
}

/** Whether any line reads otherwise in another encoding. */
export function isPlainAscii({ hunks }: PatchFile): boolean {
  return hunks.every(({ header, lines }) => isPlain(header) && lines.every(({ text }) => isPlain(text)));
}

/** For one side: all lines but those that only the other has. */
function encodingOfLines({ hunks }: PatchFile, other: PatchLine['kind']): TextEncoding {
  const lines = hunks.flatMap((hunk) => hunk.lines.filter(({ kind }) => kind !== other));
  return encodingOf(bytesOf(lines.map(({ text }) => text).join('\n')));
}

function decoder(encoding: TextEncoding): Decode {
  return (text) => (isPlain(text) ? text : decodeAs(encoding, bytesOf(text)));
}

/** Git cuts what it writes behind the second `@@` after so many bytes, be it inside a character. */
const MAX_PLACE_LENGTH = 80;

function decodeHeader(header: string, decode: Decode): string {
  const place = header.replace(/^@@[^@]*@@ ?/, '');
  const isCut = place.length >= MAX_PLACE_LENGTH;
  const cuts = isCut ? [0, 1, 2, 3] : [0];
  const whole = cuts.map((cut) => header.slice(0, header.length - cut)).find((start) => isUtf8(bytesOf(start)));
  return whole === undefined ? decode(header) : decodeBytes(bytesOf(whole));
}

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
/** An escape may shift to another set of characters. */
const isPlain = (text: string): boolean => !text.includes('\u001b') && !/[\u0080-\u{10ffff}]/u.test(text);
