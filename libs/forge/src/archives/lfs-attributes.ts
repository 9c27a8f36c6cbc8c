import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runGit } from '@granary/git-process';
import type { LsTreeEntry } from '@granary/wire';
import { readSmallBlobs } from './small-blobs';
import { parentDirectories } from './tree-paths';
import type { CommitLocation } from './tree-listing';

const ATTRIBUTES_FILE = '.gitattributes';
/** More text than this is not searched but taken to mark something. */
const MAX_SEARCHED_BYTES = 4 * 1024 * 1024;

export function isAttributesFile({ path }: LsTreeEntry): boolean {
  return path === ATTRIBUTES_FILE || path.endsWith(`/${ATTRIBUTES_FILE}`);
}

/** The attribute files outside `paths` that speak about what is inside: those in the directories above. */
export function attributesFilesAbove(paths: readonly string[]): string[] {
  const directories = new Set(paths.flatMap(parentDirectories));
  return paths.length === 0 ? [] : [ATTRIBUTES_FILE, ...[...directories].map((path) => `${path}/${ATTRIBUTES_FILE}`)];
}

/**
 * Which of `candidates` have the attribute `filter=lfs` at the commit and are exported (no `export-ignore` on them or
 * on a directory above), as git itself reads `attributesFiles`, which are all that speak about the candidates.
 *
 * @see gitattributes(5).
 */
export async function markedForLfs(
  at: CommitLocation,
  candidates: readonly LsTreeEntry[],
  attributesFiles: readonly LsTreeEntry[],
): Promise<LsTreeEntry[]> {
  if (candidates.length === 0 || !(await mayMarkLfs(at, attributesFiles))) return [];
  const directories = [...new Set(candidates.flatMap(({ path }) => parentDirectories(path)))];
  const paths = [...candidates.map(({ path }) => path), ...directories.map((path) => `${path}/`)];
  const { filters, ignored } = await checkAttributes(at, attributesFiles, paths);
  const isExported = (path: string): boolean =>
    !ignored.has(path) && !parentDirectories(path).some((directory) => ignored.has(`${directory}/`));
  return candidates.filter(({ path }) => filters.get(path) === 'lfs' && isExported(path));
}

/** An assignment is always written `filter=lfs`, in macros too: without that text git need not be asked. */
async function mayMarkLfs(at: CommitLocation, files: readonly LsTreeEntry[]): Promise<boolean> {
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  if (totalBytes > MAX_SEARCHED_BYTES) return true;
  const contents = await readSmallBlobs(
    at,
    files.map(({ oid }) => oid),
  );
  return [...contents.values()].some((content) => content.includes('filter=lfs'));
}

interface Attributes {
  /** The value of `filter` by path. */
  filters: Map<string, string>;
  /** Paths with `export-ignore`; directories end in a slash, as gitattributes(5) patterns see them. */
  ignored: Set<string>;
}

/**
 * Bare repositories have no files to read attributes from, and `check-attr --source` came with git 2.40 only: git
 * reads them from an index as well, and one that holds nothing but the attribute files is enough.
 */
async function checkAttributes(
  at: CommitLocation,
  files: readonly LsTreeEntry[],
  paths: readonly string[],
): Promise<Attributes> {
  const directory = await mkdtemp(join(tmpdir(), 'granary-attributes-'));
  try {
    const common = {
      repositoryPath: at.repositoryPath,
      env: { GIT_INDEX_FILE: join(directory, 'index') },
      signal: at.signal,
    };
    await runGit(at.home, {
      ...common,
      args: ['update-index', '-z', '--index-info'],
      stdin: records(files.map(({ mode, oid, path }) => `${mode} ${oid} 0\t${path}`)),
    });
    const { stdout } = await runGit(at.home, {
      ...common,
      args: ['check-attr', '--cached', '--stdin', '-z', 'filter', 'export-ignore'],
      stdin: records(paths),
    });
    return parseAttributes(stdout);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function records(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\0`).join(''), 'latin1');
}

/** Triples of path, attribute and value: git-check-attr(1), "OUTPUT". */
function parseAttributes(output: Buffer): Attributes {
  const fields = output.toString('latin1').split('\0');
  const attributes: Attributes = { filters: new Map(), ignored: new Set() };
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [path = '', attribute, value = ''] = fields.slice(at, at + 3);
    if (attribute === 'filter') attributes.filters.set(path, value);
    else if (value === 'set') attributes.ignored.add(path);
  }
  return attributes;
}
