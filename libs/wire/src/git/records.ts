import { ProtocolError } from '../protocol-error';

/** `text` cut into records that each end with NUL. */
export function splitNul(text: string): string[] {
  const parts = text.split('\0');
  if (parts.pop() !== '') throw new ProtocolError('git output ends inside a record');
  return parts;
}
