import { buffer } from 'node:stream/consumers';
import { readLogRecord, type LogRecord } from '@granary/wire';
import type { CatFile } from '../cat-file/cat-file';
import { withObjects } from '../cat-file/with-objects';
import type { GitRepository } from '../repository/git-repository';

/** Whose signatures and messages take more is read from the beginning: people and dates stand there. */
const MAX_OBJECT_BYTES = 128 * 1024;
/** Of a message among many. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Read at once, so that a list of them holds few whole objects. */
const AT_ONCE = 32;

export interface CommitLimits {
  maxObjectBytes?: number;
  maxMessageBytes?: number;
}

/**
 * The commits among `shas`, by id, from the objects themselves: git's own formatting ends at dates that it cannot show,
 * and folds lines of messages. What the repository does not have as a commit is left out.
 */
export async function readCommitObjects(
  repository: GitRepository,
  shas: readonly string[],
  limits: CommitLimits = {},
): Promise<Map<string, LogRecord>> {
  const found = new Map<string, LogRecord>();
  if (shas.length === 0) return found;
  await withObjects(repository, async (objects) => {
    for (let at = 0; at < shas.length; at += AT_ONCE) {
      repository.signal?.throwIfAborted();
      const some = shas.slice(at, at + AT_ONCE);
      const records = await Promise.all(some.map((sha) => readOne(objects, sha, limits)));
      for (const record of records) if (record) found.set(record.sha, record);
    }
  });
  return found;
}

async function readOne(objects: CatFile, sha: string, limits: CommitLimits): Promise<LogRecord | null> {
  const { maxObjectBytes = MAX_OBJECT_BYTES, maxMessageBytes = MAX_MESSAGE_BYTES } = limits;
  const info = await objects.info(sha);
  if (info?.type !== 'commit') return null;
  const { sizeBytes } = info;
  const isCut = sizeBytes > maxObjectBytes;
  const data = isCut
    ? await readStart(objects, sha, maxObjectBytes)
    : (await objects.contents(sha, { maxBytes: maxObjectBytes, sizeBytes }))?.data;
  return data ? readLogRecord(sha, data, { isCut, maxMessageBytes }) : null;
}

async function readStart(objects: CatFile, sha: string, maxBytes: number): Promise<Buffer | null> {
  const object = await objects.stream(sha);
  return object && buffer(beginning(object.stream, maxBytes));
}

/** Leaving the loop ends the stream, and with it git. */
async function* beginning(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Buffer> {
  let left = maxBytes;
  for await (const chunk of stream) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
