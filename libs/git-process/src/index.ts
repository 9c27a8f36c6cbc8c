export { prepareGitHome, type GitHome, type GitHomeOptions } from './home/git-home';
export { checkGit, isAtLeast, type GitVersion } from './home/git-version';
export { ForkServer, type ForkServerOptions } from './launch/fork-server';
export type { LaunchCounts } from './launch/launcher';
export { GitFailed } from './process/git-failed';
export {
  initRepository,
  readHead,
  setHead,
  type Head,
  type InitRepositoryOptions,
  type ObjectFormat,
} from './repository/repository';
export { changeObjectFormat, readObjectFormat } from './repository/object-format';
export { inspectStorage, readHeadRef, type StorageFault } from './repository/inspect-storage';
export { repairStorage } from './repository/repair-storage';
export { damageOf } from './process/git-trouble';
export { syncMovedRefs } from './repository/durable-refs';
export {
  listRefs,
  listVisibleRefs,
  updateRefs,
  type ListRefsOptions,
  type Ref,
  type RefUpdate,
} from './repository/refs';
export { branchNamed, branchRefNamed } from './naming/branch-named';
export { resolveName, type NamedRef, type ResolvedName } from './naming/resolve-name';
export { advertiseRefs, type AdvertiseRefsOptions } from './serve/advertise-refs';
export { readUploadPackRequest, type UploadPackRequest } from './serve/upload-pack-request';
export { type AnnouncedPush } from './serve/push-commands';
export { readPushFormat } from './serve/push-format';
export { serveClone, type ServeCloneOptions } from './serve/serve-clone';
export { KnownAnswers, type KnownAnswersOptions } from './snapshot/known-answers';
export { RefAdvertiser } from './snapshot/ref-advertiser';
export { gitProtocolOf, protocolVersionOf, type PackService } from './serve/git-protocol';
export {
  serveDuplex,
  serveStateless,
  type ServeDuplexOptions,
  type ServeResult,
  type ServeStatelessOptions,
} from './serve/serve-pack';
export {
  isZeroOid,
  type PendingPush,
  type PushHooks,
  type Refusal,
  type PushVerdict,
  type Quarantine,
  type RefCommand,
} from './hooks/push-hooks';
export { quarantineEnvironment } from './hooks/quarantine';
export { CatFile } from './cat-file/cat-file';
export { listObjects, type ListObjectsOptions } from './cat-file/list-objects';
export { CatFilePool, type CatFilePoolOptions } from './cat-file/cat-file-pool';
export { isObjectName, type ObjectInfo, type ObjectType } from './cat-file/object-name';
export { openPrivateCatFile, type PrivateCatFile } from './cat-file/private-cat-file';
export { gitArchive, type GitArchiveOptions } from './archive/git-archive';
export {
  checkAttributes,
  checkAttributesOfFiles,
  type CheckAttributesOfFilesOptions,
  type CheckAttributesOptions,
  type PathAttributes,
} from './archive/check-attributes';
export { PackCache, type PackCacheOptions, type PackCacheStats } from './pack-cache/pack-cache';
export { GitLimits, type GitLimitsOptions, type LimitedOperation, type OperationLimit } from './limits/git-limits';
export { BlobSpool, type BlobReading, type BlobSpoolOptions, type SpooledBlob } from './blob-spool/blob-spool';
export { FULL_DISK } from './serve/full-disk';
export { LastWords } from './serve/last-words';
export { FairSemaphore, KeyedFairSemaphore, type Claimant } from './limits/fair-semaphore';
export { repackFully, UNREACHABLE_GRACE_MS } from './maintenance/full-repack';
export { packRefs, writeCommitGraph, writeMultiPackIndex } from './maintenance/indexes';
export { KEPT_REF, keepTips, readKeptTips, type KeptTip } from './maintenance/kept-tips';
export { settleLimbo } from './maintenance/limbo';
export { openQuarantines, purgeUnreachable, type PurgeOptions } from './maintenance/purge-unreachable';
export { rollUpPacks, type MaintenanceOptions } from './maintenance/roll-up';
export { readStorageFacts, type StorageFacts } from './maintenance/storage-facts';
export { findStale, STALE_AFTER_MS, sweepStale } from './maintenance/sweep-stale';
export { compress, findCompressors, type Compressor, type CompressorName } from './compress/compressor';
export { objectsBeyondRefs, type ObjectsBeyondRefsOptions } from './reachable/objects-beyond-refs';
export { presentObjects } from './reachable/present-objects';
export { smallBlobs, type SmallBlobsOptions } from './reachable/small-blobs';
export { type SmallBlob } from './reachable/blob-reader';
export { blobCommits, refsContaining, type BlobCommit } from './reachable/blob-commits';
export { blobIdOf, newObject, type NewObject } from './write/new-object';
export { quarantineObjects, type QuarantinedObjects, type WriteObjectsOptions } from './write/new-objects';
export {
  notFound,
  verifiedOid,
  withQuarantine,
  type GitRepository,
  type OpenedRepository,
} from './repository/git-repository';
export { knownOfIds } from './snapshot/known-of';
export { withObjects } from './cat-file/with-objects';
export { commitsBehind, lookUpObjects } from './cat-file/look-up-objects';
export { readBlobStart, readSmallBlobs, streamBlob } from './cat-file/read-blobs';
export { configOfBlob } from './cat-file/config-of-blob';
export { type BlobRange, type BlobSource, type SizedBlob } from './blob-spool/blob-source';
export {
  resolveAt,
  resolveCommit,
  resolveHead,
  resolveNamedObject,
  resolveObject,
  type ObjectAt,
  type ResolvedAt,
} from './naming/resolve-at';
export { readRefLists, type RefEntry, type RefLists } from './refs/ref-lists';
export { countRefs } from './refs/ref-records';
export { findEntries, findEntry, kindOf, listEntries, type TreeEntryKind } from './trees/find-entries';
export { listTree, type TreeQuestion } from './trees/list-tree';
export { readDirectory, withSizes } from './trees/read-directory';
export { parsePath } from './trees/path-in-tree';
export { followLink, realPath } from './trees/links';
export { hasMerge, isAncestor, listParents, rootTreesBeyondRefs } from './history/ancestry';
export { countRange, type CommitRange, type CommitWindow, type HistoryFilter } from './history/list-commits';
export {
  countCommits,
  countHistory,
  newestCommit,
  readCommit,
  readCommits,
  readHistory,
  readLog,
  type HistoryPage,
  type HistoryQuery,
} from './history/history';
export { folderCommits, lastCommits, type FolderCommits, type LastCommitsQuery } from './history/last-commits';
export {
  MAX_MAILS,
  openComparisonText,
  readComparedCommits,
  readComparison,
  type Comparison,
} from './history/comparison';
export { openCommitText, type CommitTextQuery } from './diffs/commit-text';
export { pathOf, readChanges, type CountedFile } from './diffs/commit-changes';
export { readPatchStart } from './diffs/read-patch';
export { compareTexts } from './diffs/compare-texts';
export { listNameStatus, type NameStatus } from './diffs/name-status';
export { type TreePair } from './diffs/tree-pair';
export { commitTree, writeObject, writeTree } from './write/loose-objects';
export { formatCommit, ident, type Person } from './write/format-commit';
export { editTree, type FileMode, type PathChange } from './write/tree-edit';
export { overlayTree, type Overlay } from './write/tree-overlay';
export { TREE_MODE } from './write/tree-entries';
export { checkTreePath, faultOfTreePath } from './write/tree-path';
