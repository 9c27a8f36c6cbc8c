export type { BlobRange, BlobSource, SizedBlob } from './blob-source';
export { type BareRepository } from './bare-repository';
export { type PointerFacts } from './pointers';
export { standingForObjects, type PointerFile } from './marked-pointers';
export { countRefs, listRefs, type RefEntry, type RefLists } from './ref-list';
export {
  resolveAt,
  resolveCommit,
  resolveNamedObject,
  resolveObject,
  type ObjectAt,
  resolveHead,
  type ResolvedAt,
} from './resolve-at';
export {
  findEntries,
  findEntry,
  kindOf,
  listEntries,
  readTree,
  type TreeEntry,
  type TreeEntryKind,
  type TreeListing,
  type TreeQuery,
} from './tree';
export { folderCommits, lastCommits, type FolderCommits, type LastCommitsQuery } from './last-commits';
export { readNamedEncodings } from './named-encodings';
export { decodeText } from './text-encoding';
export { readBlob, readTaggedBlob, readTextStart, type BlobContent, type BlobQuery, type TextStart } from './blob';
export {
  countCommits,
  countHistory,
  newestCommit,
  readCommit,
  readCommits,
  readHistory,
  readLog,
  type HistoryFilter,
  type HistoryPage,
  type HistoryQuery,
} from './history';
export { MAX_MAILS, openComparisonText, readComparedCommits, readComparison, type Comparison } from './comparison';
export { openCommitText, type CommitTextQuery } from './commit-text';
export { readCommitDiff, readDiff, type CommitDiff, type DiffFile, type DiffWindow } from './commit-diff';
export { followLink, realPath } from './links';
export { readLargeFiles } from './large-files';
export { readLfsUsage, type LfsPath, type LfsUsageBelow } from './lfs-usage';
export { readSubmodule, readSubmodulePages, readSubmoduleUrls } from './submodules';
export { submodulePage, type SubmoduleHost } from './submodule-page';
export { findReadme, readReadme, type Readme } from './readme';
