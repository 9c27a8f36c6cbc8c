import { checkAttributes, GitFailed, readSmallBlobs } from '@granary/git-process';
import type { LsTreeEntry } from '@granary/wire';
import { parentDirectories } from './tree-paths';
import type { CommitLocation } from './commit-location';

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

/** Files of the archive that do not go into it as they are. */
export interface MarkedFiles {
  /** With `filter=lfs`. */
  lfs: LsTreeEntry[];
  /** With `export-subst`. */
  substituted: LsTreeEntry[];
}

/**
 * Which of `candidates` have one of the attributes at the commit and are exported (no `export-ignore` on them or on a
 * directory above), as git itself reads them. `attributesFiles` are all that speak about the candidates.
 *
 * @see gitattributes(5).
 */
export async function findMarked(
  at: CommitLocation,
  candidates: readonly LsTreeEntry[],
  attributesFiles: readonly LsTreeEntry[],
): Promise<MarkedFiles> {
  if (candidates.length === 0 || !(await mayMark(at, attributesFiles))) return { lfs: [], substituted: [] };
  const directories = [...new Set(candidates.flatMap(({ path }) => parentDirectories(path)))];
  const paths = [...candidates.map(({ path }) => path), ...directories.map((path) => `${path}/`)];
  const { lfs, substituted, ignored } = await readAttributes(at, paths);
  const isExported = (path: string): boolean =>
    !ignored.has(path) && !parentDirectories(path).some((directory) => ignored.has(`${directory}/`));
  const among = (marked: ReadonlySet<string>): LsTreeEntry[] =>
    candidates.filter(({ path }) => marked.has(path) && isExported(path));
  return { lfs: among(lfs), substituted: among(substituted) };
}

/** Attributes are always written out, in macros too: without one of these texts git need not be asked. */
async function mayMark(at: CommitLocation, files: readonly LsTreeEntry[]): Promise<boolean> {
  const oids = files.map(({ oid }) => oid);
  try {
    const contents = await readSmallBlobs(at.git, oids, { maxOutputBytes: MAX_SEARCHED_BYTES });
    return [...contents.values()].some((text) => text.includes('filter=lfs') || text.includes('export-subst'));
  } catch (error) {
    // Too much to search; and if git is broken, what is asked next will say so.
    if (error instanceof GitFailed) return true;
    throw error;
  }
}

interface Attributes {
  lfs: Set<string>;
  substituted: Set<string>;
  /** Paths with `export-ignore`; directories end in a slash, as gitattributes(5) patterns see them. */
  ignored: Set<string>;
}

async function readAttributes(at: CommitLocation, paths: readonly string[]): Promise<Attributes> {
  const attributes: Attributes = { lfs: new Set(), substituted: new Set(), ignored: new Set() };
  const answers = checkAttributes(at.git, {
    commitOid: at.commit,
    paths: paths.map((path) => Buffer.from(path, 'latin1')),
    attributes: ['filter', 'export-ignore', 'export-subst'],
  });
  for await (const { path, values } of answers) {
    const [filter, exportIgnore, exportSubst] = values;
    if (filter === 'lfs') attributes.lfs.add(path.toString('latin1'));
    if (exportIgnore === 'set') attributes.ignored.add(path.toString('latin1'));
    if (exportSubst === 'set') attributes.substituted.add(path.toString('latin1'));
  }
  return attributes;
}
