import { checkAttributes, GitFailed } from '@granary/git-process';
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
 * on a directory above), as git itself reads them. `attributesFiles` are all that speak about the candidates.
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
  const { filters, ignored } = await readAttributes(at, paths);
  const isExported = (path: string): boolean =>
    !ignored.has(path) && !parentDirectories(path).some((directory) => ignored.has(`${directory}/`));
  return candidates.filter(({ path }) => filters.get(path) === 'lfs' && isExported(path));
}

/** An assignment is always written `filter=lfs`, in macros too: without that text git need not be asked. */
async function mayMarkLfs(at: CommitLocation, files: readonly LsTreeEntry[]): Promise<boolean> {
  const oids = files.map(({ oid }) => oid);
  try {
    const contents = await readSmallBlobs(at, oids, MAX_SEARCHED_BYTES);
    return [...contents.values()].some((content) => content.includes('filter=lfs'));
  } catch (error) {
    // Too much to search; and if git is broken, what is asked next will say so.
    if (error instanceof GitFailed) return true;
    throw error;
  }
}

interface Attributes {
  /** The value of `filter` by path. */
  filters: Map<string, string>;
  /** Paths with `export-ignore`; directories end in a slash, as gitattributes(5) patterns see them. */
  ignored: Set<string>;
}

async function readAttributes(at: CommitLocation, paths: readonly string[]): Promise<Attributes> {
  const attributes: Attributes = { filters: new Map(), ignored: new Set() };
  const answers = checkAttributes(at.home, {
    repositoryPath: at.repositoryPath,
    commitOid: at.commit,
    paths: paths.map((path) => Buffer.from(path, 'latin1')),
    attributes: ['filter', 'export-ignore'],
    signal: at.signal,
  });
  for await (const { path, values } of answers) {
    const [filter = '', exportIgnore] = values;
    attributes.filters.set(path.toString('latin1'), filter);
    if (exportIgnore === 'set') attributes.ignored.add(path.toString('latin1'));
  }
  return attributes;
}
