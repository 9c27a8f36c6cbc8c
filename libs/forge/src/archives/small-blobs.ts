import { runGit } from '@granary/git-process';
import type { CommitLocation } from './tree-listing';

const BLOBS_A_RUN = 8192;

/**
 * The contents of blobs that are known to be small, by id; each id is read once.
 *
 * @throws Error when one of them is not a blob of this repository.
 * @see git-cat-file(1), "BATCH OUTPUT".
 */
export async function readSmallBlobs(at: CommitLocation, oids: Iterable<string>): Promise<Map<string, Buffer>> {
  const wanted = [...new Set(oids)];
  const contents = new Map<string, Buffer>();
  for (let start = 0; start < wanted.length; start += BLOBS_A_RUN) {
    const { stdout } = await runGit(at.home, {
      args: ['cat-file', '--batch', '--buffer'],
      repositoryPath: at.repositoryPath,
      stdin: wanted.slice(start, start + BLOBS_A_RUN).join('\n') + '\n',
      signal: at.signal,
    });
    for (const [oid, content] of parseBatch(stdout)) contents.set(oid, content);
  }
  return contents;
}

function* parseBatch(output: Buffer): Generator<[string, Buffer]> {
  for (let position = 0; position < output.length;) {
    const newline = output.indexOf(0x0a, position);
    const header = output.toString('latin1', position, newline < 0 ? output.length : newline);
    const [, oid, size] = /^([0-9a-f]+) blob (\d+)$/.exec(header) ?? [];
    if (oid === undefined || size === undefined) throw new Error(`git cat-file answered ${JSON.stringify(header)}.`);
    const end = newline + 1 + Number(size);
    yield [oid, output.subarray(newline + 1, end)];
    position = end + 1;
  }
}
