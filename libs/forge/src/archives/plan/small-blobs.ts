import { runGit } from '@granary/git-process';
import type { CommitLocation } from './tree-listing';

const BLOBS_A_RUN = 8192;

/**
 * The sizes of blobs in bytes, by id.
 *
 * @throws Error when one of them is not a blob of this repository.
 */
export async function blobSizes(at: CommitLocation, oids: Iterable<string>): Promise<Map<string, number>> {
  const wanted = [...new Set(oids)];
  if (wanted.length === 0) return new Map();
  const { stdout } = await runGit(at.home, {
    args: ['cat-file', '--batch-check', '--buffer'],
    repositoryPath: at.repositoryPath,
    stdin: wanted.join('\n') + '\n',
    signal: at.signal,
  });
  const headers = stdout.toString('latin1').split('\n').slice(0, -1);
  return new Map(headers.map(parseHeader).map(({ oid, sizeBytes }) => [oid, sizeBytes]));
}

/**
 * The contents of blobs that are known to be small, by id; each id is read once.
 *
 * @param maxOutputBytes for 8192 of them.
 * @throws Error when one of them is not a blob of this repository; GitFailed beyond `maxOutputBytes`.
 * @see git-cat-file(1), "BATCH OUTPUT".
 */
export async function readSmallBlobs(
  at: CommitLocation,
  oids: Iterable<string>,
  maxOutputBytes?: number,
): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(oids)];
  const contents = new Map<string, Buffer>();
  for (let start = 0; start < wanted.length; start += BLOBS_A_RUN) {
    const { stdout } = await runGit(at.home, {
      args: ['cat-file', '--batch', '--buffer'],
      repositoryPath: at.repositoryPath,
      stdin: wanted.slice(start, start + BLOBS_A_RUN).join('\n') + '\n',
      signal: at.signal,
      maxOutputBytes,
    });
    for (const [oid, content] of parseBatch(stdout)) contents.set(oid, content);
  }
  return contents;
}

function* parseBatch(output: Buffer): Generator<[string, Buffer]> {
  for (let position = 0; position < output.length;) {
    const newline = output.indexOf(0x0a, position);
    const header = output.toString('latin1', position, newline < 0 ? output.length : newline);
    const { oid, sizeBytes } = parseHeader(header);
    const end = newline + 1 + sizeBytes;
    yield [oid, output.subarray(newline + 1, end)];
    position = end + 1;
  }
}

function parseHeader(header: string): { oid: string; sizeBytes: number } {
  const [, oid, size] = /^([0-9a-f]+) blob (\d+)$/.exec(header) ?? [];
  if (oid === undefined || size === undefined) throw new Error(`git cat-file answered ${JSON.stringify(header)}.`);
  return { oid, sizeBytes: Number(size) };
}
