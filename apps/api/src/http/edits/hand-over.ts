import { PassThrough, type Readable } from 'node:stream';

/**
 * Hands a stream to a taker that may fail. The taker gets a stream of its own, and what it leaves is read past: a parser
 * would wait for ever for a part that was destroyed, and a client could not read why it was refused on a connection that
 * was.
 */
export async function handOver<T>(source: Readable, take: (content: Readable) => Promise<T>): Promise<T> {
  const content = new PassThrough();
  // The taker may not listen yet.
  content.on('error', () => undefined);
  source.on('error', (error) => content.destroy(error));
  source.pipe(content);
  try {
    return await take(content);
  } catch (error) {
    source.unpipe(content);
    content.destroy();
    source.resume();
    throw error;
  }
}
