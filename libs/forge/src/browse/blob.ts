import { buffer } from 'node:stream/consumers';
import {
  findEntry,
  kindOf,
  lookUpObjects,
  notFound,
  parsePath,
  readBlobStart,
  verifiedOid,
  type GitRepository,
  type SizedBlob,
} from '@granary/git-process';
import { parsePointer, type LsTreeEntry } from '@granary/wire';
import { sniffImage, type ImageType } from './content-kind';
import { standingForObjects } from './marked-pointers';
import type { PointerFacts } from './pointers';
import { readNamedEncodings } from './named-encodings';
import { decodeText, isBinary, SNIFF_BYTES } from './text-encoding';

export interface BlobContent {
  path: string;
  oid: string;
  mode: string;
  /** Of the content behind the pointer for a file in LFS. */
  sizeBytes: number;
  /** Of what git holds: of the pointer for a file in LFS. */
  gitSizeBytes: number;
  /** `too_large`: text beyond the limit. A file in LFS is `binary`: its content is not in git. */
  kind: 'text' | 'image' | 'symlink' | 'binary' | 'too_large';
  imageType: ImageType | null;
  /** The whole content, or null when it is larger than the limit or in LFS. */
  bytes: Buffer | null;
  /** The text, or where a symlink points. */
  text: string | null;
  lfs: PointerFacts | null;
}

export interface BlobQuery {
  /** A commit. */
  sha: string;
  path: string;
  /** 1 MiB unless told. */
  limitBytes?: number;
}

/**
 * One file, and what kind of file it is. No more than `limitBytes` of it are ever held.
 *
 * @throws DomainError `not_found` when there is no file at the path.
 */
export async function readBlob(repository: GitRepository, query: BlobQuery): Promise<BlobContent> {
  const { limitBytes = 1024 * 1024 } = query;
  const path = parsePath(query.path);
  const entry = await findEntry(repository, { sha: query.sha, path });
  if (entry.type !== 'blob' || entry.sizeBytes === null) throw notFound('File');
  return contentOf(repository, { ...entry, sizeBytes: entry.sizeBytes }, { sha: query.sha, limitBytes });
}

/** As {@link readBlob}, for what a tag of a file stands for: it has no path, and is called like the tag. */
export async function readTaggedBlob(
  repository: GitRepository,
  { oid, name, limitBytes }: { oid: string; name: string; limitBytes: number },
): Promise<BlobContent> {
  const [found] = await lookUpObjects(repository, [verifiedOid(oid)]);
  if (found?.type !== 'blob') throw notFound('File');
  return contentOf(repository, { path: name, mode: '100644', ...found, type: 'blob' }, { sha: null, limitBytes });
}

async function contentOf(
  repository: GitRepository,
  entry: LsTreeEntry & { sizeBytes: number },
  { sha, limitBytes }: { sha: string | null; limitBytes: number },
): Promise<BlobContent> {
  const { path, oid, mode, sizeBytes } = entry;
  const isWhole = sizeBytes <= limitBytes;
  const startBytes = isWhole ? sizeBytes : Math.min(limitBytes, SNIFF_BYTES);
  const start = await readStart(repository, { oid, sizeBytes }, startBytes);
  const sizes = { sizeBytes, gitSizeBytes: sizeBytes };
  const facts = { path, oid, mode, ...sizes, imageType: null, bytes: isWhole ? start : null, text: null, lfs: null };
  if (kindOf(entry) === 'symlink') return { ...facts, kind: 'symlink', text: isWhole ? start.toString('utf8') : null };
  const pointer = parsePointer(start);
  // Without a tree around it nothing says that it stands for an object.
  if (sha !== null && isWhole && pointer.kind === 'pointer') {
    const lfs = { oid: pointer.oid, sizeBytes: pointer.sizeBytes };
    const [marked] = await standingForObjects(repository, [{ sha, path, pointer: lfs }]);
    if (marked) return { ...facts, kind: 'binary', sizeBytes: lfs.sizeBytes, bytes: null, lfs };
  }
  const imageType = sniffImage(start);
  if (imageType) return { ...facts, kind: 'image', imageType };
  const file = { sha: sha ?? '', path, start };
  const named = sha === null ? null : (await readNamedEncodings(repository, [file])).get(file);
  if (isBinary(start, { named })) return { ...facts, kind: 'binary' };
  return isWhole ? { ...facts, kind: 'text', text: decodeText(start, { named }) } : { ...facts, kind: 'too_large' };
}

export interface TextStart {
  text: string;
  isTruncated: boolean;
}

/** The text of a blob at its place, cut at `limitBytes`; null when it is not text. */
export async function readTextStart(
  repository: GitRepository,
  { oid, sha, path }: { oid: string; sha: string; path: string },
  limitBytes: number,
): Promise<TextStart | null> {
  const { output, isCut } = await readBlobStart(repository, oid, limitBytes);
  const file = { sha, path, start: output };
  const named = (await readNamedEncodings(repository, [file])).get(file);
  return isBinary(output, { named }) ? null : { text: decodeText(output, { isCut, named }), isTruncated: isCut };
}

/** The first `sizeBytes`. */
async function readStart(repository: GitRepository, blob: SizedBlob, sizeBytes: number): Promise<Buffer> {
  const { oid } = blob;
  if (sizeBytes === 0) return Buffer.alloc(0);
  if (!repository.blobs) {
    const { output } = await readBlobStart(repository, oid, sizeBytes);
    return output;
  }
  return buffer(await repository.blobs.open(blob, { start: 0, end: sizeBytes - 1 }));
}
