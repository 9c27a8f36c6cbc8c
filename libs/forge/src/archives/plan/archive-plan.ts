import type { Readable } from 'node:stream';
import type { LfsPlace } from '@granary/api-contract';
import { listTree } from '@granary/git-process';
import { DomainError } from '@granary/kernel';
import type { LsTreeEntry } from '@granary/wire';
import { attributesFilesAbove, findMarked, isAttributesFile } from './attributes';
import { dependsOnMore } from './substitution';
import { findLfsPointers, resolveLfsFiles } from './lfs-files';
import { isWithin, pathBytes } from './tree-paths';
import type { CommitLocation } from './commit-location';

/** An LFS object that this repository links, with all that an archive needs to know of it. */
export interface ArchiveLfsObject {
  sizeBytes: number;
  /** `null` when it was never computed: the object then costs a pass of deflate in a zip. */
  crc32: number | null;
  /** Opens the whole object. Called once for each file of the archive that it is the content of. */
  open(signal: AbortSignal): Promise<Readable>;
}

/**
 * Looks objects up among those that **this repository** links; what it does not link, and what is not in the store, is
 * left out of the answer.
 */
export type ResolveLfs = (oids: string[]) => Promise<ReadonlyMap<string, ArchiveLfsObject>>;

/** Where clients of the commit look for what is not here; null: here all the same. Asked only when an object is missing. */
export type LocateMissing = () => Promise<LfsPlace | null>;

export interface PlannedLfsFile extends ArchiveLfsObject {
  /** One character a byte. */
  path: string;
  oid: string;
}

/** An archive of which everything is known to be there. */
export interface ArchivePlan {
  commit: string;
  paths: readonly string[];
  excludePaths: readonly string[];
  /** In the order of the archive. */
  lfsFiles: readonly PlannedLfsFile[];
  /** Of all `lfsFiles`. */
  lfsBytes: number;
  /** Pointers that stay because their objects are not there. */
  missingLfsFiles: number;
  /** Of git's own files before compression; null where they were not counted. */
  gitBytes: number | null;
  /** Files, symlinks and submodules; attributes may still leave some out. */
  entries: number;
  /** Whether the same question will get the same bytes tomorrow: see {@link dependsOnMore}. */
  isRepeatable: boolean;
  /** What git brings may not pass this on its way. */
  maxContentBytes: number;
}

export interface PlanArchiveOptions extends CommitLocation {
  paths?: readonly string[];
  excludePaths?: readonly string[];
  /** Whether pointers are replaced. */
  lfs: boolean;
  /** `refuse` by default. */
  missing?: 'refuse' | 'pointer';
  resolveLfs: ResolveLfs;
  /** For the text of a refusal. */
  locateMissing?: LocateMissing;
  /** Default 100,000. */
  maxEntries?: number;
  /** Limit of the content before compression. None by default. */
  maxContentBytes?: number;
  /** Counts git's own files, too, against the limit: git opens every object for that. They are counted again on the way. */
  countsGitBytes?: boolean;
}

const DEFAULT_MAX_ENTRIES = 100_000;

/**
 * Checks all that an archive will need, before its first byte: the tree is within limits, every path exists, and every
 * LFS object that a marked pointer names is there with the size that the pointer gives.
 *
 * @throws DomainError `not_found` for a path that the commit does not have, `too_large` beyond a limit,
 *   `lfs_objects_missing` with `details: {paths, count}` (at most 100 paths), `invalid` where sizes disagree.
 * @throws GitFailed when the commit cannot be read.
 */
export async function planArchive(options: PlanArchiveOptions): Promise<ArchivePlan> {
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(options.commit))
    throw new Error('An archive is planned from a commit id.');
  const { paths = [], excludePaths = [] } = options;
  const survey = await surveyTree(options, paths, excludePaths);
  const marked = await findMarked(options, survey.files, survey.attributesFiles);
  const pointers = options.lfs ? await findLfsPointers(options, marked.lfs) : [];
  const { resolveLfs, locateMissing, missing = 'refuse', maxContentBytes = Infinity } = options;
  const lfsFiles = await resolveLfsFiles(pointers, { resolveLfs, locateMissing, missing });
  const lfsBytes = lfsFiles.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  checkLimit(survey.contentBytes + lfsBytes, maxContentBytes, 'bytes');
  return {
    commit: options.commit,
    paths,
    excludePaths,
    lfsFiles,
    lfsBytes,
    missingLfsFiles: pointers.length - lfsFiles.length,
    gitBytes: options.countsGitBytes ? survey.contentBytes : null,
    entries: survey.entries,
    isRepeatable: missing === 'refuse' && !(await dependsOnMore(options, marked.substituted)),
    maxContentBytes,
  };
}

interface TreeSurvey {
  /** Regular files of the archive. */
  files: LsTreeEntry[];
  /** Every attribute file that speaks about them. */
  attributesFiles: LsTreeEntry[];
  entries: number;
  contentBytes: number;
}

async function surveyTree(
  options: CommitLocation & Pick<PlanArchiveOptions, 'maxEntries' | 'maxContentBytes' | 'countsGitBytes'>,
  paths: readonly string[],
  excludePaths: readonly string[],
): Promise<TreeSurvey> {
  const survey: TreeSurvey = { files: [], attributesFiles: [], entries: 0, contentBytes: 0 };
  const roots = paths.map(pathBytes);
  const excluded = excludePaths.map(pathBytes);
  const unseen = new Set(roots);
  const withSizes = options.countsGitBytes ?? false;
  const listed = [...new Set([...paths, ...attributesFilesAbove(paths)])];
  const { git, commit: treeish } = options;
  // In the order in which `git archive` gives them.
  const listing = listTree(git, { treeish, paths: listed, isRecursive: true, withSizes, pathsAs: 'bytes' });
  for await (const entry of listing) {
    if (isAttributesFile(entry) && entry.type === 'blob') survey.attributesFiles.push(entry);
    for (const root of unseen) if (isWithin(entry.path, [root])) unseen.delete(root);
    if (isWithin(entry.path, excluded) || (roots.length > 0 && !isWithin(entry.path, roots))) continue;
    survey.entries++;
    survey.contentBytes += entry.sizeBytes ?? 0;
    checkLimit(survey.entries, options.maxEntries ?? DEFAULT_MAX_ENTRIES, 'files');
    checkLimit(survey.contentBytes, options.maxContentBytes ?? Infinity, 'bytes');
    if (entry.mode.startsWith('100')) survey.files.push(entry);
  }
  if (unseen.size > 0) throw new DomainError('not_found', 'There is no such path at this commit.');
  return survey;
}

/** @throws DomainError `too_large`. */
export function checkLimit(value: number, limit: number, unit: 'files' | 'bytes'): void {
  if (value <= limit) return;
  throw new DomainError('too_large', `This archive would hold more than ${limit} ${unit}.`, {
    hint: 'Ask for a part of it with ?path=, or clone the repository.',
  });
}
