import { replaceHidden } from './control-characters';

/** What file systems have room for. */
const MAX_NAME_BYTES = 255;
/** A longer ending is none. */
const ENDING = /\.[a-z0-9]{1,15}$/i;

/**
 * Under which name a browser is told to save a file: git has names that no file system takes, and that show another
 * ending than they have. Cut between characters, ahead of the ending; what controls or reorders text becomes `_`.
 */
export function savedName(fileName: string): string {
  // A lone surrogate has no UTF-8 and cannot be escaped; Buffer makes it U+FFFD.
  const name = Buffer.from(replaceHidden(fileName, '_')).toString();
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  const [ending = ''] = ENDING.exec(name) ?? [];
  const room = MAX_NAME_BYTES - ending.length;
  // A stream decoder keeps an unfinished character to itself.
  return new TextDecoder().decode(Buffer.from(name).subarray(0, room), { stream: true }) + ending;
}
