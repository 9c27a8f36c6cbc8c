import { parseLsTree, type LsTreeEntry } from '@granary/wire';
import { notFound, outputOf, verifiedOid, type BareRepository } from './bare-repository';
import { parsePath } from './path-in-tree';
import { standingForObjects } from './marked-pointers';
import { readPointers, type PointerFacts } from './pointers';

export type TreeEntryKind = 'tree' | 'blob' | 'symlink' | 'submodule';

export interface TreeEntry {
  name: string;
  /** From the root. */
  path: string;
  type: TreeEntryKind;
  /** Six octal digits. */
  mode: string;
  oid: string;
  /** Null for directories and submodules; of its content for a file in LFS. */
  sizeBytes: number | null;
  /** In git: of a file in LFS, its pointer's. */
  blobSizeBytes: number | null;
  lfs: PointerFacts | null;
}

export interface TreeListing {
  /** Directories and submodules first, then by name. */
  entries: TreeEntry[];
  /** There are more; which ones are left out follows git's order. */
  isTruncated: boolean;
}

export interface TreeQuery {
  /** A commit. */
  sha: string;
  /** `''` is the root. */
  path: string;
  /** 1,000 unless told. */
  limit?: number;
}

/**
 * The entries of one directory.
 *
 * @throws DomainError `not_found` when there is no directory at the path.
 * @see git-ls-tree(1).
 */
export async function readTree(repository: BareRepository, query: TreeQuery): Promise<TreeListing> {
  const { sha, limit = 1000 } = query;
  const path = parsePath(query.path);
  const below = path === '' ? [] : [`${path}/`];
  const { records, isTruncated } = await listSome(repository, [verifiedOid(sha), '--', ...below], limit);
  // A submodule lists itself.
  if (path !== '' && !records[0]?.path.startsWith(`${path}/`)) throw notFound('Directory');
  const files = records.filter(isRegularFile);
  const pointers = await readPointers(
    repository,
    files.map(({ oid, sizeBytes }) => ({ oid, sizeBytes: sizeBytes ?? 0 })),
  );
  const named = files.flatMap((file) => {
    const pointer = pointers.get(file.oid);
    return pointer ? [{ sha, path: file.path, pointer }] : [];
  });
  const standing = new Map((await standingForObjects(repository, named)).map((file) => [file.path, file.pointer]));
  const entries = records.map((record) => {
    const lfs = standing.get(record.path) ?? null;
    const name = path === '' ? record.path : record.path.slice(path.length + 1);
    const blobSizeBytes = record.sizeBytes;
    return { ...record, name, type: kindOf(record), sizeBytes: lfs?.sizeBytes ?? blobSizeBytes, blobSizeBytes, lfs };
  });
  return { entries: entries.sort(inOrder), isTruncated };
}

/**
 * The entry at a path.
 *
 * @throws DomainError `not_found`.
 */
export async function findEntry(repository: BareRepository, { sha, path }: TreeQuery): Promise<LsTreeEntry> {
  const wanted = parsePath(path);
  if (wanted === '') throw notFound('Path');
  const { records } = await listSome(repository, [verifiedOid(sha), '--', wanted], 1);
  const entry = records.find((record) => record.path === wanted);
  if (!entry) throw notFound('Path');
  return entry;
}

/**
 * The entries of a tree, or of all trees below it, in git's order.
 *
 * @param oid a tree or a commit.
 */
export function listEntries(
  repository: BareRepository,
  { oid, isRecursive, limit }: { oid: string; isRecursive: boolean; limit: number },
): Promise<{ records: LsTreeEntry[]; isTruncated: boolean }> {
  return listSome(repository, [...(isRecursive ? ['-r', '-t'] : []), verifiedOid(oid)], limit);
}

async function listSome(
  repository: BareRepository,
  args: readonly string[],
  limit: number,
): Promise<{ records: LsTreeEntry[]; isTruncated: boolean }> {
  const records: LsTreeEntry[] = [];
  let unfinished: Buffer = Buffer.alloc(0);
  for await (const chunk of outputOf(repository, ['ls-tree', '-z', '-l', '--full-tree', ...args])) {
    const bytes = Buffer.concat([unfinished, chunk]);
    const end = bytes.lastIndexOf(0) + 1;
    unfinished = bytes.subarray(end);
    records.push(...parseLsTree(bytes.toString('utf8', 0, end)));
    if (records.length > limit) break;
  }
  return { records: records.slice(0, limit), isTruncated: records.length > limit };
}

export function kindOf({ mode, type }: Pick<LsTreeEntry, 'mode' | 'type'>): TreeEntryKind {
  if (mode === '120000') return 'symlink';
  return type === 'commit' ? 'submodule' : type;
}

function isRegularFile(entry: LsTreeEntry): boolean {
  return kindOf(entry) === 'blob';
}

function inOrder(one: TreeEntry, other: TreeEntry): number {
  const rank = ({ type }: TreeEntry) => (type === 'tree' || type === 'submodule' ? 0 : 1);
  return rank(one) - rank(other) || (one.name < other.name ? -1 : 1);
}
