import { isUtf8 } from 'node:buffer';
import { decodeBytes, decodeWestern } from '@granary/kernel';
import type { PatchFile, PatchLine } from '@granary/wire';

type Decode = (text: string) => string;

/**
 * The lines of a patch as the file page shows them. Each side has an encoding of its own: a commit may change a file from
 * one to another, and a line is read in that of its side.
 *
 * @param file from a patch that was read with one character a byte, so that parts of several encodings came through.
 */
export function decodePatch(file: PatchFile): PatchFile {
  const before = decoderOf(file, 'add');
  const after = decoderOf(file, 'delete');
  return {
    ...file,
    hunks: file.hunks.map(({ header, lines }) => ({
      header: decodeHeader(header, before),
      lines: lines.map((line) => ({ ...line, text: (line.kind === 'delete' ? before : after)(line.text) })),
    })),
  };
}

/** For one side: all lines but those that only the other has. One that is no UTF-8 makes the whole file none. */
function decoderOf({ hunks }: PatchFile, other: PatchLine['kind']): Decode {
  const lines = hunks.flatMap((hunk) => hunk.lines.filter(({ kind }) => kind !== other));
  const decode = lines.every(({ text }) => isAscii(text) || isUtf8(bytesOf(text))) ? decodeBytes : decodeWestern;
  return (text) => (isAscii(text) ? text : decode(bytesOf(text)));
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
const isAscii = (text: string): boolean => !/[\u0080-\u{10ffff}]/u.test(text);
