export { prepareGitHome, type GitHome, type GitHomeOptions } from './home/git-home';
export { gitEnvironment } from './home/git-environment';
export { checkGit, isAtLeast, type GitVersion } from './home/git-version';
export { ForkServer, type ForkServerOptions } from './launch/fork-server';
export type { LaunchCounts } from './launch/launcher';
export { nulFields } from './process/nul-fields';
export { GitFailed } from './process/git-failed';
export { runGit, type GitOutput, type RunGitOptions } from './process/run-git';
export { spawnGit, type GitExit, type GitProcess, type SpawnGitOptions } from './process/spawn-git';
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
export { lookUpObjects, type NameSource, type ObjectFacts } from './naming/look-up-objects';
export { resolveDefault, resolveName, resolvePlace, type NamedRef, type ResolvedName } from './naming/resolve-name';
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
export { quarantineEnvironment, runGitInQuarantine } from './hooks/quarantine';
export { CatFile } from './cat-file/cat-file';
export { listObjects, type ListObjectsOptions } from './cat-file/list-objects';
export { CatFilePool, type CatFilePoolOptions } from './cat-file/cat-file-pool';
export { isObjectName, type ObjectInfo, type ObjectType } from './cat-file/object-name';
export { openPrivateCatFile, type PrivateCatFile } from './cat-file/private-cat-file';
export { streamGit, type StreamGitOptions } from './process/stream-git';
export { type GitArgument } from './process/git-argument';
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
