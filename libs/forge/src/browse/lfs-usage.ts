import { listTree, notFound, parsePath, type GitRepository, type SizedBlob } from '@granary/git-process';
import { readPointers } from './pointers';

/** LFS content, each object counted once. */
export interface LfsBytes {
  bytes: number;
  objects: number;
}

/** A directory or file with the LFS content at or below it. */
export interface LfsPath extends LfsBytes {
  name: string;
  path: string;
  type: 'directory' | 'file';
}

export interface LfsUsageBelow extends LfsBytes {
  path: string;
  /** The largest first. An object that several of them hold counts in each. */
  entries: LfsPath[];
  /** There are more files than were looked at. */
  isTruncated: boolean;
}

export interface LfsUsageQuery {
  /** A commit. */
  sha: string;
  /** A directory; `''` is the root. */
  path: string;
  /** The sizes of those objects that the repository links: a pointer alone takes no room. */
  linked(oids: readonly string[]): Promise<ReadonlyMap<string, { sizeBytes: number }>>;
  /** 100,000 unless told. */
  maxFiles?: number;
}

const MAX_FILES = 100_000;
const BLOBS_A_RUN = 8192;
/** The version line and the oid of a pointer take as much. */
const MIN_POINTER_BYTES = 100;

type File = SizedBlob & { path: string };

/**
 * Which entries of a directory hold how much LFS content.
 *
 * @throws DomainError `not_found` when there is no directory at the path.
 */
export async function readLfsUsage(repository: GitRepository, query: LfsUsageQuery): Promise<LfsUsageBelow> {
  const path = parsePath(query.path);
  const { files, isTruncated } = await smallFilesBelow(repository, { ...query, path });
  const pointers = new Map<string, string>();
  for (let start = 0; start < files.length; start += BLOBS_A_RUN) {
    const found = await readPointers(repository, files.slice(start, start + BLOBS_A_RUN));
    for (const [blob, { oid }] of found) pointers.set(blob, oid);
  }
  const sizes = await query.linked([...new Set(pointers.values())]);
  const held = files.flatMap(({ path: file, oid: blob }) => {
    const oid = pointers.get(blob);
    return oid !== undefined && sizes.has(oid) ? [{ path: file, oid }] : [];
  });
  const sum = (oids: ReadonlySet<string>): LfsBytes => ({
    bytes: [...oids].reduce((total, oid) => total + (sizes.get(oid)?.sizeBytes ?? 0), 0),
    objects: oids.size,
  });
  return { path, ...sum(new Set(held.map(({ oid }) => oid))), entries: entriesOf(held, path, sum), isTruncated };
}

function entriesOf(
  held: readonly { path: string; oid: string }[],
  root: string,
  sum: (oids: ReadonlySet<string>) => LfsBytes,
): LfsPath[] {
  const prefix = root === '' ? '' : `${root}/`;
  const groups = new Map<string, { isDirectory: boolean; oids: Set<string> }>();
  for (const { path, oid } of held) {
    const below = path.slice(prefix.length);
    const slash = below.indexOf('/');
    const name = slash < 0 ? below : below.slice(0, slash);
    const group = groups.get(name) ?? { isDirectory: slash >= 0, oids: new Set<string>() };
    groups.set(name, group);
    group.oids.add(oid);
  }
  return [...groups]
    .map(([name, { isDirectory, oids }]) => {
      const type = isDirectory ? ('directory' as const) : ('file' as const);
      return { name, path: prefix + name, type, ...sum(oids) };
    })
    .sort((one, other) => other.bytes - one.bytes || (one.name < other.name ? -1 : 1));
}

/** Files that are small enough to be pointers. */
async function smallFilesBelow(
  repository: GitRepository,
  { sha, path, maxFiles = MAX_FILES }: LfsUsageQuery,
): Promise<{ files: File[]; isTruncated: boolean }> {
  const files: File[] = [];
  let seen = 0;
  const paths = path === '' ? [] : [`${path}/`];
  const listing = listTree(repository, { treeish: sha, paths, isRecursive: true, withSizes: true });
  for await (const { path: file, oid, mode, sizeBytes } of listing) {
    // A submodule lists itself.
    if (path !== '' && !file.startsWith(`${path}/`)) throw notFound('Directory');
    if (++seen > maxFiles) return { files, isTruncated: true };
    if (mode.startsWith('100') && (sizeBytes ?? 0) >= MIN_POINTER_BYTES)
      files.push({ path: file, oid, sizeBytes: sizeBytes ?? 0 });
  }
  if (path !== '' && seen === 0) throw notFound('Directory');
  return { files, isTruncated: false };
}
