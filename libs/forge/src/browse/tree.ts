import {
  kindOf,
  listTree,
  notFound,
  parsePath,
  readDirectory,
  verifiedOid,
  withSizes,
  type GitRepository,
  type TreeEntryKind,
} from '@granary/git-process';
import type { LsTreeEntry } from '@granary/wire';
import { standingForObjects } from './marked-pointers';
import { readPointers, type PointerFacts } from './pointers';

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
  /** Of the window: directories and submodules first, then by name, over the whole directory. */
  entries: TreeEntry[];
  /** Of the whole directory. */
  total: number;
  /** There are more behind the window. */
  isTruncated: boolean;
  /** Those that may be the directory's README, wherever they stand in it; in the first window alone. */
  readmes: TreeEntry[];
}

export interface TreeQuery {
  /** A commit. */
  sha: string;
  /** `''` is the root. */
  path: string;
  /** How many entries stand before the window; none unless told. */
  offset?: number;
  /** 1,000 unless told. */
  limit?: number;
}

const MOST_READMES = 20;

/**
 * The entries of one directory, a window of them: memory goes with the window, however many there are.
 *
 * @throws DomainError `not_found` when there is no directory at the path.
 * @see git-ls-tree(1).
 */
export async function readTree(repository: GitRepository, query: TreeQuery): Promise<TreeListing> {
  const { sha, offset = 0, limit = 1000 } = query;
  const path = parsePath(query.path);
  const listing = await readTreeObject(repository, { sha: verifiedOid(sha), path, offset, limit });
  return listing ?? listByGit(repository, { sha, path, offset, limit });
}

type Window = Required<TreeQuery>;

/** @returns null for what git itself has to list, or to complain of. @throws DomainError `not_found` */
async function readTreeObject(repository: GitRepository, query: Window): Promise<TreeListing | null> {
  const { sha, path, offset, limit } = query;
  const all = await readDirectory(repository, query);
  if (all === 'too_large') return null;
  // Of a commit or tree that is there, the path is not.
  if (all === null && (path === '' || !(await isDirectory(repository, sha)))) return null;
  if (all === null || (all.length === 0 && path !== '')) throw notFound('Directory');
  const directories = all.filter((record) => rankOf(kindOf(record)) === 0).sort(byPath);
  const files = all.filter((record) => rankOf(kindOf(record)) !== 0);
  const readmes = files.filter((record) => /^readme/i.test(nameIn(path, record))).slice(0, MOST_READMES);
  const shown = [...directories, ...files].slice(offset, offset + limit);
  const records = await withSizes(repository, offset === 0 ? [...shown, ...readmes] : shown);
  if (!records) return null;
  const entries = await toEntries(repository, { sha, path }, records);
  return {
    entries: entries.slice(0, shown.length),
    total: all.length,
    isTruncated: offset + shown.length < all.length,
    readmes: entries.slice(shown.length),
  };
}

const isDirectory = async (repository: GitRepository, sha: string): Promise<boolean> =>
  Array.isArray(await readDirectory(repository, { sha, path: '' }));

async function listByGit(repository: GitRepository, { sha, path, offset, limit }: Window): Promise<TreeListing> {
  const first = await readWindow(repository, { sha, path, directories: [0, limit], files: [0, limit] });
  // A submodule lists itself.
  if (path !== '' && !first.first?.startsWith(`${path}/`)) throw notFound('Directory');
  const { directoryCount, total, readmes } = first;
  const windowOf = (start: number): [number, number] => [Math.max(start, 0), Math.max(start + limit, 0)];
  const [directories, files] = [windowOf(offset), windowOf(offset - directoryCount)];
  const shown = offset === 0 ? first : await readWindow(repository, { sha, path, directories, files });
  // git orders a directory as if its name ended with a slash.
  const records = [...shown.directories.sort(byPath), ...shown.files].slice(0, limit);
  const entries = await toEntries(repository, { sha, path }, [...records, ...readmes]);
  return {
    entries: entries.slice(0, records.length),
    total,
    isTruncated: offset + records.length < total,
    readmes: offset === 0 ? entries.slice(records.length) : [],
  };
}

type Range = readonly [from: number, to: number];

interface TreeWindow {
  directories: LsTreeEntry[];
  files: LsTreeEntry[];
  directoryCount: number;
  total: number;
  /** The path of the first of all. */
  first: string | null;
  readmes: LsTreeEntry[];
}

async function readWindow(
  repository: GitRepository,
  wanted: { sha: string; path: string; directories: Range; files: Range },
): Promise<TreeWindow> {
  const found: TreeWindow = { directories: [], files: [], directoryCount: 0, total: 0, first: null, readmes: [] };
  const isIn = (index: number, [from, to]: Range) => index >= from && index < to;
  const paths = wanted.path === '' ? [] : [`${wanted.path}/`];
  for await (const record of listTree(repository, { treeish: wanted.sha, paths, withSizes: true })) {
    const isDirectory = rankOf(kindOf(record)) === 0;
    const index = isDirectory ? found.directoryCount : found.total - found.directoryCount;
    if (isDirectory && isIn(index, wanted.directories)) found.directories.push(record);
    if (!isDirectory && isIn(index, wanted.files)) found.files.push(record);
    if (isDirectory) found.directoryCount++;
    else if (found.readmes.length < MOST_READMES && /^readme/i.test(nameIn(wanted.path, record))) {
      found.readmes.push(record);
    }
    found.total++;
    found.first ??= record.path;
  }
  return found;
}

function nameIn(path: string, record: LsTreeEntry): string {
  return path === '' ? record.path : record.path.slice(path.length + 1);
}

async function toEntries(
  repository: GitRepository,
  { sha, path }: { sha: string; path: string },
  records: readonly LsTreeEntry[],
): Promise<TreeEntry[]> {
  const pointers = await readPointers(
    repository,
    records.filter(isRegularFile).map(({ oid, sizeBytes }) => ({ oid, sizeBytes: sizeBytes ?? 0 })),
  );
  const named = records.filter(isRegularFile).flatMap((file) => {
    const pointer = pointers.get(file.oid);
    return pointer ? [{ sha, path: file.path, pointer }] : [];
  });
  const standing = new Map((await standingForObjects(repository, named)).map((file) => [file.path, file.pointer]));
  return records.map((record) => {
    const lfs = standing.get(record.path) ?? null;
    const blobSizeBytes = record.sizeBytes;
    const sizeBytes = lfs?.sizeBytes ?? blobSizeBytes;
    return { ...record, name: nameIn(path, record), type: kindOf(record), sizeBytes, blobSizeBytes, lfs };
  });
}

function isRegularFile(entry: LsTreeEntry): boolean {
  return kindOf(entry) === 'blob';
}

function byPath(one: LsTreeEntry, other: LsTreeEntry): number {
  return one.path < other.path ? -1 : 1;
}

/** What holds more comes first. */
function rankOf(type: TreeEntryKind): number {
  return type === 'tree' || type === 'submodule' ? 0 : 1;
}
