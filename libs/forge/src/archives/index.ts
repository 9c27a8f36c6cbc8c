export { Archive } from './builds/archive.entity';
export type { ArchiveFacts } from './builds/archive-build';
export { ArchiveCacheService, type KeptArchive } from './builds/archive-cache.service';
export {
  ArchivesService,
  type ArchiveAsker,
  type ArchiveSurvey,
  type PreparedArchive,
  type RemoteArchiveRequest,
} from './archives.service';
export { ARCHIVE_FORMATS, findArchiveFormat, type ArchiveFormat, type ArchiveFormatName } from './archive-format';
export {
  archiveKey,
  archiveFileName,
  archiveHeaders,
  archiveName,
  type ArchiveHeaderOptions,
  type ArchiveIdentity,
  type ArchiveNameOptions,
} from './archive-name';
export {
  planArchive,
  type ArchiveLfsObject,
  type ArchivePlan,
  type PlanArchiveOptions,
  type ResolveLfs,
} from './plan/archive-plan';
export {
  parseArchiveRequest,
  resolveArchiveRequest,
  type ArchiveRefCandidate,
  type ArchiveRequest,
  type ResolvedRef,
  type ResolveRef,
} from './archive-request';
export { openArchive, type OpenArchiveOptions } from './archive-stream';
