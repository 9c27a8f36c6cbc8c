import type { Readable } from 'node:stream';
import { outputOf, readGit, readGitPrefix, type Prefix } from '../process/ask-git';
import { BLOB_FORMAT, BlobReader } from '../reachable/blob-reader';
import { verifiedOid, type GitRepository } from '../repository/git-repository';

const BLOBS_A_RUN = 8192;
/** Larger ones get a process of their own: others wait for the shared one meanwhile. */
const MAX_SHARED_BYTES = 512 * 1024;

/**
 * The contents of blobs that are known to be small, by id; each id is read once, and what is no blob is left out.
 *
 * @param options.maxOutputBytes for 8192 of them; 64 MiB unless told.
 * @throws GitFailed when one of them is not in the repository, and beyond `maxOutputBytes`.
 * @see git-cat-file(1), "BATCH OUTPUT".
 */
export async function readSmallBlobs(
  repository: GitRepository,
  oids: Iterable<string>,
  { maxOutputBytes }: { maxOutputBytes?: number } = {},
): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(oids)];
  const contents = new Map<string, Buffer>();
  for (let start = 0; start < wanted.length; start += BLOBS_A_RUN) {
    const stdin = `${wanted.slice(start, start + BLOBS_A_RUN).join('\n')}\n`;
    const output = await readGit(repository, ['cat-file', BLOB_FORMAT, '--buffer'], { stdin, maxOutputBytes });
    const reader = new BlobReader(false);
    for (const { oid, content } of reader.push(output)) contents.set(oid, content);
    reader.finish();
  }
  return contents;
}

/** A blob of any size from its beginning, with back-pressure. Destroying it ends git. */
export function streamBlob(repository: GitRepository, oid: string): Readable {
  return outputOf(repository, ['cat-file', 'blob', verifiedOid(oid)]);
}

/** At most the first `maxBytes` of a blob; of a small one without a process, where the repository's readers share one. */
export async function readBlobStart(repository: GitRepository, oid: string, maxBytes: number): Promise<Prefix> {
  const { objects } = repository;
  const info = await objects?.info(verifiedOid(oid));
  if (objects && info && info.sizeBytes <= Math.min(maxBytes, MAX_SHARED_BYTES)) {
    const { sizeBytes } = info;
    const whole = await objects.contents(oid, { maxBytes: sizeBytes, sizeBytes });
    if (whole) return { output: whole.data, isCut: false };
  }
  return readGitPrefix(repository, ['cat-file', 'blob', verifiedOid(oid)], maxBytes);
}
