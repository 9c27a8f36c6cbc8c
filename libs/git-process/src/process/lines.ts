import type { Readable } from 'node:stream';

/** A line that is longer than this is no line of ours; its end is dropped. */
const MAX_LINE_LENGTH = 64 * 1024;

/** Calls `onLine` for each line of UTF-8 text, without its line feed; a last line without one counts. */
export async function lines(source: Readable, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of source.setEncoding('utf8')) {
    const parts = (rest + (chunk as string)).split('\n');
    rest = (parts.pop() ?? '').slice(0, MAX_LINE_LENGTH);
    parts.forEach(onLine);
  }
  if (rest) onLine(rest);
}

/** The lines of what git prints, one character a byte; what follows the last line feed is dropped. Leaving the loop ends git. */
export async function* linesOf(output: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of output) {
    const whole = (rest + chunk.toString('latin1')).split('\n');
    rest = whole.pop() ?? '';
    yield* whole;
  }
}
