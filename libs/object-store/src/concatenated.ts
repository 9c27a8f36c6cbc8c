import { Readable } from 'node:stream';
import type { ObjectStore } from './object-store';

/** The bytes of several objects, one behind the other. An absent one fails the stream with `not_found`. */
export function concatenated(
  store: Pick<ObjectStore, 'read'>,
  keys: readonly string[],
  signal?: AbortSignal,
): Readable {
  return Readable.from(bytesOf(store, keys, signal), { objectMode: false });
}

async function* bytesOf(store: Pick<ObjectStore, 'read'>, keys: readonly string[], signal?: AbortSignal) {
  for (const key of keys) yield* (await store.read(key, { signal })) as AsyncIterable<Buffer>;
}
